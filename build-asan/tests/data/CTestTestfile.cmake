# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/data
# Build directory: /work/wt/container/build-asan/tests/data
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[messages]=] "/work/wt/container/build-asan/tests/data/test-messages")
set_tests_properties([=[messages]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/data/CMakeLists.txt;1;ctsec_test;/work/wt/container/tests/data/CMakeLists.txt;0;")
add_test([=[caps_data]=] "/work/wt/container/build-asan/tests/data/test-caps_data")
set_tests_properties([=[caps_data]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/data/CMakeLists.txt;2;ctsec_test;/work/wt/container/tests/data/CMakeLists.txt;0;")
add_test([=[rules_data]=] "/work/wt/container/build-asan/tests/data/test-rules_data")
set_tests_properties([=[rules_data]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/data/CMakeLists.txt;3;ctsec_test;/work/wt/container/tests/data/CMakeLists.txt;0;")
