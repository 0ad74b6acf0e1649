# What the cases of the conformance suite are made of.
rec {
  make = name: attributes: script:
    derivation ({
      inherit name;
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [ "-eu" "-c" script ];
    } // attributes);

  # The same with structured attributes: these do not become variables, so the script finds its output by a placeholder.
  structured = name: attributes: script:
    make name ({ __structuredAttrs = true; } // attributes) "out=${builtins.placeholder "out"}\n${script}";

  # A chain: top refers to middle, middle to leaf.
  leaf = make "leaf" { } "echo leaf > $out";
  middle = make "middle" { inherit leaf; } "echo $leaf > $out";
  top = make "top" { inherit middle; } "mkdir $out; ln -s $middle $out/middle";
}
