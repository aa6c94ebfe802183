# Tests carry labels: offline needs no root, ptrace or network; kernel and engine need what they say; maintainer is for
# those who change the project.
set(CTSEC_PYTHON "" CACHE FILEPATH "Python that runs the checks and tests the binding")
if(NOT CTSEC_PYTHON)
  if(EXISTS /usr/bin/python3)
    # The distribution's own has the distribution's modules (cffi, pytest).
    set(CTSEC_PYTHON /usr/bin/python3)
  else()
    find_program(CTSEC_PYTHON_FOUND python3)
    set(CTSEC_PYTHON ${CTSEC_PYTHON_FOUND})
  endif()
endif()

# ctsec_test(NAME SOURCES file... [LABELS label...] [LIBRARIES lib...]): a program of the check framework that may use
# internals.
function(ctsec_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LABELS;LIBRARIES" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS offline)
  endif()
  string(REPLACE "/" "-" target "test-${name}")
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE ctsec_test_support ctsec_internal ${ARG_LIBRARIES})
  add_test(NAME ${name} COMMAND ${target})
  if("offline" IN_LIST ARG_LABELS)
    set_property(GLOBAL APPEND PROPERTY CTSEC_UNIT_TESTS ${name})
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" SKIP_RETURN_CODE 77
    ENVIRONMENT "CTSEC_SOURCE=${PROJECT_SOURCE_DIR};CK_DEFAULT_TIMEOUT=60;LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0")
endfunction()

# ctsec_check(NAME LABELS label... COMMAND word...): a script.
function(ctsec_check name)
  cmake_parse_arguments(ARG "" "" "LABELS;COMMAND" ${ARGN})
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" SKIP_RETURN_CODE 77
    ENVIRONMENT "CTSEC_SOURCE=${PROJECT_SOURCE_DIR};CTSEC_BUILD=${PROJECT_BINARY_DIR}")
endfunction()
