# The programs and libraries, by name. What a program's own build files do not do without a full configuration run, or
# do for other systems only, is said here.
{ buildProgram }:

rec {
  # Libraries.

  zlib = buildProgram {
    package = "zlib";
    configure = "./configure --prefix=$out";
    check = "make SHELL=$SHELL CC=$CC test";
  };

  bzip2 = buildProgram {
    package = "bzip2";
    build = "compile CFLAGS='-O1 -D_FILE_OFFSET_BITS=64' libbz2.a bzip2 bzip2recover";
    check = "make SHELL=$SHELL CC=$CC test";
  };

  lz4 = buildProgram {
    package = "lz4";
    build = "compile CFLAGS=-O1 lib lz4";
    check = "$out/bin/lz4 -c LICENSE | $out/bin/lz4 -d | cmp - LICENSE";
  };

  libpng = buildProgram {
    package = "libpng1.6";
    dependencies = [ zlib ];
    build = "compile -f scripts/makefile.linux prefix=$out ZLIBLIB=${zlib}/lib ZLIBINC=${zlib}/include CFLAGS=-O1";
    # That makefile has no working install target.
    install = ''
      mkdir -p $out/lib $out/include
      cp -P libpng16.so.16 libpng16.so libpng.a $out/lib/
      ln -s libpng16.so $out/lib/libpng.so
      cp png.h pngconf.h pnglibconf.h $out/include/
    '';
    check = "LD_LIBRARY_PATH=$PWD ./pngtest pngtest.png && mkdir -p $out/share && cp pngtest.png $out/share/";
  };

  # Its archive holds no generated configure script: what that would find out is said in config.h.
  oniguruma = buildProgram {
    package = "libonig";
    configure = ''
      printf '#define %s\n' 'HAVE_ALLOCA 1' 'HAVE_ALLOCA_H 1' 'HAVE_STDINT_H 1' 'HAVE_INTTYPES_H 1' 'HAVE_SYS_TIME_H 1' \
        'HAVE_SYS_TIMES_H 1' 'HAVE_SYS_TYPES_H 1' 'HAVE_UNISTD_H 1' 'STDC_HEADERS 1' 'SIZEOF_INT 4' 'SIZEOF_LONG 8' \
        'SIZEOF_LONG_LONG 8' 'SIZEOF_VOIDP 8' >src/config.h
    '';
    # The files that upstream's CMakeLists.txt names; some in src/ are only included by others.
    build = ''
      cd src
      objects=$(grep -o 'src/[a-z0-9_]*\.c' ../CMakeLists.txt | sed 's|src/\(.*\)c$|\1o|' | sort -u)
      compile -f /dev/null CFLAGS="-O1 -fPIC -DHAVE_CONFIG_H -I." $objects
      $AR rcs libonig.a $objects
      $CC -shared -Wl,-soname,libonig.so.5 -o libonig.so.5 $objects
    '';
    install = ''
      mkdir -p $out/lib $out/include
      cp libonig.a libonig.so.5 $out/lib/
      ln -s libonig.so.5 $out/lib/libonig.so
      cp oniguruma.h oniggnu.h onigposix.h $out/include/
    '';
  };

  ncurses = buildProgram {
    package = "ncurses";
    configure = ''
      ./configure --prefix=$out --without-ada --without-cxx --without-cxx-binding --without-manpages --without-tests \
        --without-normal --without-debug --disable-db-install --with-shared --enable-widec --disable-stripping
    '';
    build = "compile -C include && compile -C ncurses";
    install = "make -C include SHELL=$SHELL install && make -C ncurses SHELL=$SHELL install";
  };

  # Programs that run from wherever their files are: they are linked statically.

  hello = buildProgram {
    package = "hello";
    isStatic = true;
    check = "$out/bin/hello";
  };

  tree = buildProgram {
    package = "tree";
    isStatic = true;
    build = "compile CFLAGS='-O1 -D_LARGEFILE64_SOURCE -D_FILE_OFFSET_BITS=64'";
    install = "make SHELL=$SHELL PREFIX=$out DESTDIR=$out/bin MANDIR=$out/man install";
    check = "$out/bin/tree doc";
  };

  jq = buildProgram {
    package = "jq";
    dependencies = [ oniguruma ];
    isStatic = true;
    # Its archive holds no generated configure script: what that would ask for is there in glibc, by the same names.
    configure = ''
      absent='DREM|GAMMA|POW10|SIGNIFICAND'
      defines=$(sed -n 's/^AC_CHECK_MATH_FUNC(\([a-z0-9_]*\)).*/\1/p' configure.ac | tr a-z A-Z | grep -v -x -E "$absent" |
        sed 's/.*/-DHAVE_&=1/' | tr '\n' ' ')
      sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' src/builtin.jq >src/builtin.inc
      echo '#define JQ_VERSION "1.6"' >src/version.h
    '';
    build = ''
      objects=$(ls src/*.c | grep -v -E 'jq_test|inject_errors' | sed 's/c$/o/')
      compile -f /dev/null CFLAGS="-O1 -I. -D_GNU_SOURCE -DIEEE_8087=1 -DHAVE_LIBONIG=1 -DHAVE_MEMMEM=1 -DHAVE_MKSTEMP=1 \
        -DHAVE_ISATTY=1 -DHAVE_STRPTIME=1 -DHAVE_STRFTIME=1 -DHAVE_TIMEGM=1 -DHAVE_GMTIME_R=1 -DHAVE_GMTIME=1 \
        -DHAVE_LOCALTIME_R=1 -DHAVE_MKTIME=1 -DHAVE_GETTIMEOFDAY=1 -DHAVE_TM_TM_GMT_OFF=1 -DHAVE_SETLOCALE=1 \
        -DHAVE_PTHREAD_KEY_CREATE=1 -DHAVE_PTHREAD_ONCE=1 $defines" $objects src/jq_test.o
      $CC -o jq $objects src/jq_test.o -lonig -lm -lpthread
    '';
    install = "mkdir -p $out/bin && cp jq $out/bin/";
    check = ''[[ $(echo '{"a":"farm"}' | $out/bin/jq -r '.a | test("^f[a-z]+$")') == true ]]'';
  };

  xxhash = buildProgram {
    package = "xxhash";
    isStatic = true;
    build = "compile CFLAGS=-O1 xxhsum";
    install = "mkdir -p $out/bin && cp xxhsum $out/bin/";
    check = "$out/bin/xxhsum LICENSE";
  };

  # Programs that refer to the libraries that they were linked with.

  byacc = buildProgram {
    package = "byacc";
    check = "$out/bin/yacc -V";
  };

  # Its grammar is made into C by byacc.
  awk = buildProgram {
    package = "original-awk";
    dependencies = [ byacc ];
    build = "compile CFLAGS=-O1 HOSTCC=$CC YACC='yacc -d -b awkgram'";
    install = "mkdir -p $out/bin && cp a.out $out/bin/awk";
    check = "$out/bin/awk 'BEGIN { print length(\"farm\") }'";
  };

  lua = buildProgram {
    package = "lua5.4";
    build = "compile -C src CC=\"$CC -std=gnu99\" AR=\"$AR rcu\" linux";
    install = "make SHELL=$SHELL INSTALL_TOP=$out install";
    check = "$out/bin/lua -e 'print(_VERSION)'";
  };

  # A module that lua loads; its own tests run in the build.
  lpeg = buildProgram {
    package = "lua-lpeg";
    dependencies = [ lua ];
    build = "compile LUADIR=${lua}/include COPT='-O1 -DNDEBUG' CWARNS= linux";
    install = "mkdir -p $out/lib/lua $out/share/lua && cp lpeg.so $out/lib/lua/ && cp re.lua $out/share/lua/";
    check = "LUA_CPATH=$out/lib/lua/?.so lua test.lua";
  };

  figlet = buildProgram {
    package = "figlet";
    build = "compile LD=$CC CFLAGS=-O1 prefix=$out";
    check = "$out/bin/figlet farm";
  };

  pngcheck = buildProgram {
    package = "pngcheck";
    dependencies = [ zlib ];
    build = "compile -f Makefile.unx ZINC= ZLIB=-lz pngcheck";
    install = "mkdir -p $out/bin && cp pngcheck $out/bin/";
  };

  optipng = buildProgram {
    package = "optipng";
    dependencies = [ zlib libpng pngcheck ];
    configure = "./configure --prefix=$out --with-system-zlib --with-system-libpng";
    build = "compile CFLAGS=-O1";
  };

  zip = buildProgram {
    package = "zip";
    dependencies = [ bzip2 ];
    build = "make -f unix/Makefile SHELL=$SHELL CC=$CC CPP=\"$CC -E\" CFLAGS='-O1 -I. -DUNIX' generic";
    install = "make -f unix/Makefile SHELL=$SHELL prefix=$out MANDIR=$out/man install";
  };

  unzip = buildProgram {
    package = "unzip";
    dependencies = [ zip ];
    build = "make -f unix/Makefile SHELL=$SHELL CC=$CC generic";
    install = "make -f unix/Makefile SHELL=$SHELL prefix=$out MANDIR=$out/man install";
    check = "echo farm >file && zip made.zip file && $out/bin/unzip -p made.zip file";
  };

  squashfsTools = buildProgram {
    package = "squashfs-tools";
    dependencies = [ zlib lz4 ];
    build = "compile -C squashfs-tools EXTRA_CFLAGS=-O1 LZ4_SUPPORT=1 XATTR_SUPPORT=";
    install = "mkdir -p $out/bin && cp squashfs-tools/mksquashfs squashfs-tools/unsquashfs $out/bin/";
    check = "$out/bin/mksquashfs RELEASE-READMEs image -comp lz4 -no-progress && $out/bin/unsquashfs -l image";
  };

  less = buildProgram {
    package = "less";
    dependencies = [ ncurses ];
    check = "$out/bin/less --version";
  };
}
