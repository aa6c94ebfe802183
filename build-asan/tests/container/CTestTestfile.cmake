# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/container
# Build directory: /work/wt/container/build-asan/tests/container
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[container]=] "/work/wt/container/build-asan/tests/container/test-container")
set_tests_properties([=[container]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/container/CMakeLists.txt;1;ctsec_test;/work/wt/container/tests/container/CMakeLists.txt;0;")
add_test([=[container-bad]=] "/work/wt/container/build-asan/tests/container/test-container-bad")
set_tests_properties([=[container-bad]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/container/CMakeLists.txt;2;ctsec_test;/work/wt/container/tests/container/CMakeLists.txt;0;")
