# Unpacks the .deb files in $packages and makes what is in them run from the store. Run by busybox's shell, which takes
# every program it is asked for (dpkg-deb, find, sed, …) from busybox itself: $PATH leads nowhere yet.

sysroot=$out/sysroot
mkdir -p "$sysroot" "$out/bin" "$libc/lib"
for package in $packages; do
    dpkg-deb -x "$package" "$sysroot"
done

echo "unpacked $(echo $packages | wc -w) packages"
cd "$sysroot"
rm -rf etc var usr/share usr/lib/bfd-plugins
find . \( -name 'lto1' -o -name 'lto-dump*' -o -name '*gprof*' -o -name 'gconv' \) -prune -exec rm -rf {} +

# Links that name the root of a file system are to name this one.
find . -type l | while read -r link; do
    case $(readlink "$link") in
        /*) ln -sfn "$sysroot$(readlink "$link")" "$link" ;;
    esac
done

triplet=$(ls -d usr/lib/gcc/*/* | head -n 1 | cut -d/ -f4)
loader=$(basename "$(find lib lib64 -name 'ld-linux*.so*' | head -n 1)")

# The run-time part of the C library gets an output of its own, and the system root leads to it.
for file in lib/"$triplet"/*.so*; do
    case $(basename "$file") in
        ld-linux* | lib[cm].so* | libmvec.so* | libpthread.so* | libdl.so* | librt.so* | libutil.so* | libgcc_s.so* | libresolv.so* | libnss_*)
            cp -P "$file" "$libc/lib/"
            rm "$file"
            ln -s "$libc/lib/$(basename "$file")" "$file"
            ;;
    esac
done

# Each program is given the loader and the libraries of the store. patchelf itself comes first: it runs as an argument of
# the loader until then.
rpath=$libc/lib:$sysroot/usr/lib/$triplet:$sysroot/lib/$triplet
patchelf=$sysroot/usr/bin/patchelf
run_patchelf() { "$libc/lib/$loader" --library-path "$rpath" "$NIX_BUILD_TOP/patchelf" "$@"; }
cp "$patchelf" "$NIX_BUILD_TOP/patchelf"
find bin usr/bin usr/lib/gcc -type f -perm -100 | while read -r file; do
    # Only what asks for a loader is a program of this kind: not a script, a library or a static program.
    if run_patchelf --print-interpreter "$file" >/dev/null 2>&1; then
        run_patchelf --set-interpreter "$libc/lib/$loader" --force-rpath --set-rpath "$rpath" "$file"
    fi
done

# What builds are given as $PATH: busybox's programs, which start quickest; GNU's where builds need what only those do, and
# where busybox has none.
for program in $(bin/busybox --list); do
    ln -s "$sysroot/bin/busybox" "$out/bin/$program"
done
for file in bin/* usr/bin/*; do
    program=$(basename "$file")
    case $program in
        bash | ar | strings | tar) ln -sf "$sysroot/$file" "$out/bin/$program" ;;
        *) [ -e "$out/bin/$program" ] || ln -s "$sysroot/$file" "$out/bin/$program" ;;
    esac
done
ln -sf bash "$out/bin/sh"

# The compiler, told where everything is.
gcc=$(ls "$sysroot"/usr/bin/"$triplet"-gcc-[0-9]* | head -n 1)
for name in cc gcc; do
    rm -f "$out/bin/$name"
    sed -e "s|@shell@|$sysroot/bin/busybox|; s|@gcc@|$gcc|; s|@sysroot@|$sysroot|; s|@loader@|$libc/lib/$loader|; s|@libc@|$libc/lib|" \
        "$compiler" >"$out/bin/$name"
    chmod +x "$out/bin/$name"
done
"$out/bin/cc" --version | head -n 1
