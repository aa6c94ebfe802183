# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/seccomp
# Build directory: /work/wt/container/build-asan/tests/seccomp
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[seccomp/policy]=] "/work/wt/container/build-asan/tests/seccomp/test-seccomp-policy")
set_tests_properties([=[seccomp/policy]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/seccomp/CMakeLists.txt;3;ctsec_test;/work/wt/container/tests/seccomp/CMakeLists.txt;0;")
add_test([=[seccomp/compile]=] "/work/wt/container/build-asan/tests/seccomp/test-seccomp-compile")
set_tests_properties([=[seccomp/compile]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/seccomp/CMakeLists.txt;4;ctsec_test;/work/wt/container/tests/seccomp/CMakeLists.txt;0;")
add_test([=[seccomp/kernel-judge]=] "/work/wt/container/build-asan/tests/seccomp/test-seccomp-kernel-judge")
set_tests_properties([=[seccomp/kernel-judge]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "kernel" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/seccomp/CMakeLists.txt;7;ctsec_test;/work/wt/container/tests/seccomp/CMakeLists.txt;0;")
add_test([=[seccomp/cases]=] "/work/wt/container/build-asan/tests/seccomp/test-seccomp-cases")
set_tests_properties([=[seccomp/cases]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/seccomp/CMakeLists.txt;8;ctsec_test;/work/wt/container/tests/seccomp/CMakeLists.txt;0;")
add_test([=[seccomp/libseccomp]=] "/work/wt/container/build-asan/tests/seccomp/test-seccomp-libseccomp")
set_tests_properties([=[seccomp/libseccomp]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/seccomp/CMakeLists.txt;10;ctsec_test;/work/wt/container/tests/seccomp/CMakeLists.txt;0;")
add_test([=[seccomp/filter]=] "/work/wt/container/build-asan/tests/seccomp/test-seccomp-filter")
set_tests_properties([=[seccomp/filter]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/seccomp/CMakeLists.txt;12;ctsec_test;/work/wt/container/tests/seccomp/CMakeLists.txt;0;")
add_test([=[seccomp/verdict]=] "/work/wt/container/build-asan/tests/seccomp/test-seccomp-verdict")
set_tests_properties([=[seccomp/verdict]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "offline" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/seccomp/CMakeLists.txt;13;ctsec_test;/work/wt/container/tests/seccomp/CMakeLists.txt;0;")
add_test([=[seccomp/kernel-checker]=] "/work/wt/container/build-asan/tests/seccomp/test-seccomp-kernel-checker")
set_tests_properties([=[seccomp/kernel-checker]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CK_DEFAULT_TIMEOUT=60" LABELS "kernel" SKIP_RETURN_CODE "77" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;24;add_test;/work/wt/container/tests/seccomp/CMakeLists.txt;14;ctsec_test;/work/wt/container/tests/seccomp/CMakeLists.txt;0;")
