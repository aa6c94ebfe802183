# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/abi
# Build directory: /work/wt/container/build-asan/tests/abi
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[floors]=] "/usr/bin/python3" "scripts/check-floors")
set_tests_properties([=[floors]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CTSEC_BUILD=/work/wt/container/build-asan" LABELS "offline" SKIP_RETURN_CODE "77" WORKING_DIRECTORY "/work/wt/container" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;32;add_test;/work/wt/container/tests/abi/CMakeLists.txt;1;ctsec_check;/work/wt/container/tests/abi/CMakeLists.txt;0;")
add_test([=[abi-grammar]=] "/usr/bin/python3" "scripts/check-abi" "/work/wt/container/build-asan" "grammar")
set_tests_properties([=[abi-grammar]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CTSEC_BUILD=/work/wt/container/build-asan" LABELS "offline" SKIP_RETURN_CODE "77" WORKING_DIRECTORY "/work/wt/container" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;32;add_test;/work/wt/container/tests/abi/CMakeLists.txt;7;ctsec_check;/work/wt/container/tests/abi/CMakeLists.txt;0;")
add_test([=[abi-bindings]=] "/usr/bin/python3" "scripts/gen-bindings" "--check")
set_tests_properties([=[abi-bindings]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CTSEC_BUILD=/work/wt/container/build-asan" LABELS "offline" SKIP_RETURN_CODE "77" WORKING_DIRECTORY "/work/wt/container" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;32;add_test;/work/wt/container/tests/abi/CMakeLists.txt;8;ctsec_check;/work/wt/container/tests/abi/CMakeLists.txt;0;")
add_test([=[abi-cdef]=] "/usr/bin/python3" "tests/abi/cdef.py" "/work/wt/container/build-asan")
set_tests_properties([=[abi-cdef]=] PROPERTIES  ENVIRONMENT "CTSEC_SOURCE=/work/wt/container;CTSEC_BUILD=/work/wt/container/build-asan" LABELS "offline" SKIP_RETURN_CODE "77" WORKING_DIRECTORY "/work/wt/container" _BACKTRACE_TRIPLES "/work/wt/container/cmake/CtsecTest.cmake;32;add_test;/work/wt/container/tests/abi/CMakeLists.txt;9;ctsec_check;/work/wt/container/tests/abi/CMakeLists.txt;0;")
