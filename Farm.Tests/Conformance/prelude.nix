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

  # Outputs whose paths follow from their contents.
  floating = mode: algorithm: {
    __contentAddressed = true;
    outputHashMode = mode;
    outputHashAlgo = algorithm;
  };
  ca = floating "recursive" "sha256";
  impure = {
    __impure = true;
    outputHashMode = "recursive";
    outputHashAlgo = "sha256";
  };

  # A builder that is part of Nix.
  part = name: builder: attributes:
    derivation ({
      inherit name;
      system = "builtin";
      builder = "builtin:${builder}";
    } // attributes);
  environment = name: derivations:
    part name "buildenv" {
      inherit derivations;
      manifest = builtins.toFile "manifest.nix" "[ ]";
    };

  # A chain: top refers to middle, middle to leaf.
  leaf = make "leaf" { } "echo leaf > $out";
  middle = make "middle" { inherit leaf; } "echo $leaf > $out";
  top = make "top" { inherit middle; } "mkdir $out; ln -s $middle $out/middle";
}
