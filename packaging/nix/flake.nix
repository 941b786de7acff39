{
  description = "Show exactly what Gloo's gateway proxies will look like under Istio mTLS: render, validate and compare them before anything is installed";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      packageFor = system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
          source = pkgs.fetchurl {
            url = "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-0.1.0.tgz";
            sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
          };
        in
        pkgs.runCommand "glistio-0.1.0" {
          nativeBuildInputs = [ pkgs.makeWrapper pkgs.installShellFiles ];
          meta = { homepage = "https://github.com/glistio/glistio"; mainProgram = "glistio"; };
        } ''
          mkdir -p $out/lib
          tar -xzf ${source} -C $out/lib
          makeWrapper ${pkgs.nodejs}/bin/node $out/bin/glistio --add-flags $out/lib/package/dist/cli.cjs
          installManPage $out/lib/package/dist/glistio.1
          for shell in bash zsh fish; do
            $out/bin/glistio completion $shell > glistio.$shell
            installShellCompletion --$shell glistio.$shell
          done
        '';
    in
    {
      packages = nixpkgs.lib.genAttrs systems (system: rec {
        glistio = packageFor system;
        default = glistio;
      });
    };
}
