# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/memory
# Build directory: /work/wt/container/build-asan/tests/memory
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[memory]=] "/work/wt/container/build-asan/tests/memory/test-memory")
set_tests_properties([=[memory]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/tests/memory/CMakeLists.txt;12;add_test;/work/wt/container/tests/memory/CMakeLists.txt;0;")
add_test([=[memory-complete]=] "/usr/bin/python3" "tests/memory/complete.py")
set_tests_properties([=[memory-complete]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CTSEC_BUILD=/work/wt/container/build-asan" LABELS "offline" SKIP_RETURN_CODE "77" WORKING_DIRECTORY "/work/wt/container" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;32;add_test;/work/wt/container/tests/memory/CMakeLists.txt;14;ctsec_check;/work/wt/container/tests/memory/CMakeLists.txt;0;")
