# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/syntax
# Build directory: /work/wt/container/build-asan/tests/syntax
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[argv]=] "/work/wt/container/build-asan/tests/syntax/test-argv")
set_tests_properties([=[argv]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/syntax/CMakeLists.txt;1;ctsec_test;/work/wt/container/tests/syntax/CMakeLists.txt;0;")
add_test([=[json]=] "/work/wt/container/build-asan/tests/syntax/test-json")
set_tests_properties([=[json]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/syntax/CMakeLists.txt;2;ctsec_test;/work/wt/container/tests/syntax/CMakeLists.txt;0;")
