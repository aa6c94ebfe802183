# CMake generated Testfile for 
# Source directory: /work/wt/container
# Build directory: /work/wt/container/build-asan
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
subdirs("libctsec")
subdirs("tools")
subdirs("pkgconfig")
subdirs("tests")
subdirs("fuzz")
subdirs("man")
subdirs("share")
