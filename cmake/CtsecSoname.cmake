# ctsec_soname(VARIABLE LIBRARY): the name by which the dynamic loader knows a shared library.
function(ctsec_soname variable library)
  list(GET library 0 library)
  execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${library} OUTPUT_VARIABLE headers ERROR_QUIET)
  if(NOT headers MATCHES "SONAME +([^ \n]+)")
    message(FATAL_ERROR "${library} does not say its SONAME; a shared library is needed")
  endif()
  set(${variable} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()
