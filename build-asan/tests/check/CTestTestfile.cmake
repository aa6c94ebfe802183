# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/check
# Build directory: /work/wt/container/build-asan/tests/check
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[check]=] "/work/wt/container/build-asan/tests/check/test-check")
set_tests_properties([=[check]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/check/CMakeLists.txt;1;ctsec_test;/work/wt/container/tests/check/CMakeLists.txt;0;")
add_test([=[check-recordings]=] "/work/wt/container/build-asan/tests/check/test-check-recordings")
set_tests_properties([=[check-recordings]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/check/CMakeLists.txt;2;ctsec_test;/work/wt/container/tests/check/CMakeLists.txt;0;")
add_test([=[check-secrets]=] "/work/wt/container/build-asan/tests/check/test-check-secrets")
set_tests_properties([=[check-secrets]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/check/CMakeLists.txt;3;ctsec_test;/work/wt/container/tests/check/CMakeLists.txt;0;")
add_test([=[scan-tool]=] "sh" "/work/wt/container/tests/check/scan.sh" "/work/wt/container/build-asan/tools/ctsec" "/work/wt/container")
set_tests_properties([=[scan-tool]=] PROPERTIES  LABELS "offline" _BACKTRACE_TRIPLES "/work/wt/container/tests/check/CMakeLists.txt;4;add_test;/work/wt/container/tests/check/CMakeLists.txt;0;")
add_test([=[check-schema]=] "/usr/bin/python3" "tests/check/schema.py")
set_tests_properties([=[check-schema]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CTSEC_BUILD=/work/wt/container/build-asan" LABELS "offline" SKIP_RETURN_CODE "77" WORKING_DIRECTORY "/work/wt/container" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;32;add_test;/work/wt/container/tests/check/CMakeLists.txt;6;ctsec_check;/work/wt/container/tests/check/CMakeLists.txt;0;")
