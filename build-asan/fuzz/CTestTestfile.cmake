# CMake generated Testfile for 
# Source directory: /work/wt/container/fuzz
# Build directory: /work/wt/container/build-asan/fuzz
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
