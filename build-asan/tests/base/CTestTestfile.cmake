# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/base
# Build directory: /work/wt/container/build-asan/tests/base
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[base]=] "/work/wt/container/build-asan/tests/base/test-base")
set_tests_properties([=[base]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/base/CMakeLists.txt;1;ctsec_test;/work/wt/container/tests/base/CMakeLists.txt;0;")
