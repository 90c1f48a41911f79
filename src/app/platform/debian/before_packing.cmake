# SPDX-License-Identifier: GPL-2.0-only
# What Debian asks of a package beyond what `cmake --install` lays down: the licence by reference, a changelog, both it and the man
# page compressed. CPack runs this on what is about to be packed.
set(share ${CPACK_TEMPORARY_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/changelog first LIMIT_COUNT 1)
if(NOT first MATCHES "^vmalab \\(${CPACK_PACKAGE_VERSION}\\)")
  message(FATAL_ERROR "${CMAKE_CURRENT_LIST_DIR}/changelog says nothing of version ${CPACK_PACKAGE_VERSION}, but: ${first}")
endif()
file(COPY ${CMAKE_CURRENT_LIST_DIR}/copyright ${CMAKE_CURRENT_LIST_DIR}/changelog DESTINATION ${share}/doc/vmalab)
execute_process(COMMAND gzip -9n ${share}/doc/vmalab/changelog ${share}/man/man1/vmalab.1 COMMAND_ERROR_IS_FATAL ANY)
