#!@shell@ sh
# The C compiler with its own system root, loader and C library. FARM_CFLAGS and FARM_LDFLAGS hold the folders of the
# dependencies of the program that is being built. The paths to libraries are of the older kind, which holds for libgcc_s
# too, that the C library itself loads when a thread exits.
exec @gcc@ --sysroot=@sysroot@ $FARM_CFLAGS "$@" $FARM_LDFLAGS \
    -Wl,--dynamic-linker=@loader@ -Wl,-rpath,@libc@ -Wl,--disable-new-dtags
