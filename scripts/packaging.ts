/**
 * `node --import tsx scripts/packaging.ts`: generates the files for package managers in `packaging/`, for the executables
 * of packaging/targets.json. Checksums change with every build, so those files have {@link noChecksum} in their place;
 * `npm run release:binaries` writes the complete ones to `release/`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Has the form of a SHA-256, as Nix's `fakeSha256`: every package manager reads it, and no file matches it. */
export const noChecksum = '0'.repeat(64);

/** The SHA-256 of each file of a release, in hexadecimal, by name. */
export type Checksums = Readonly<Record<string, string>>;

interface Executable {
  readonly name: string;
  readonly os: string;
  readonly arch: string;
}

interface About {
  readonly description: string;
  readonly license: string;
  readonly page: string;
}

/** Every generated file of `packaging/`, by its path there; without checksums, as they are committed. */
export function packagingFiles(checksums?: Checksums): Readonly<Record<string, string>> {
  const { version, description, license, homepage } = JSON.parse(readFileSync('package.json', 'utf8'));
  const executables: readonly Executable[] = JSON.parse(readFileSync('packaging/targets.json', 'utf8'));
  const sumOf = (file: string): string => {
    const sum = checksums === undefined ? noChecksum : checksums[file];
    if (sum === undefined) throw new Error(`the release has no ${file}`);
    return sum;
  };
  const about = { description: String(description).replace(/\.$/, ''), license, page: homepage.replace('#readme', '') };
  const files = executables.map(({ name, os, arch }) => {
    const file = `glistio-${name}${os === 'win32' ? '.exe' : ''}`;
    const sum = sumOf(file);
    return { os, arch, file, sum, url: `${about.page}/releases/download/v${version}/${file}` };
  });
  return {
    'homebrew/glistio.rb': homebrew(about, version, files),
    'scoop/glistio.json': json(scoop(about, version, files)),
    'aqua/registry.yaml': aqua(about, files),
    'mise/glistio.toml': mise(about),
    ...asdf(about, files),
    'nix/flake.nix': nix(about, version, sumOf),
    'container/Dockerfile': dockerfile(about, version, files),
    'schemastore/catalog.json': json(schemaStore(about)),
  };
}

type Files = readonly (Pick<Executable, 'os' | 'arch'> & {
  readonly file: string;
  readonly sum: string;
  readonly url: string;
})[];

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function of(files: Files, os: string, arch: string): Files[number] {
  const found = files.find((one) => one.os === os && one.arch === arch);
  if (found === undefined) throw new Error(`packaging/targets.json has no executable for ${os} ${arch}`);
  return found;
}

function homebrew({ description, license, page }: About, version: string, files: Files): string {
  const block = (os: string): string =>
    [
      ['arm64', 'arm'],
      ['x64', 'intel'],
    ]
      .map(([arch = '', name]) => {
        const { url, sum } = of(files, os, arch);
        return `    on_${name} do\n      url "${url}"\n      sha256 "${sum}"\n    end`;
      })
      .join('\n');
  return `class Glistio < Formula
  desc ${JSON.stringify(description.split(':')[0])}
  homepage "${page}"
  version "${version}"
  license "${license}"

  on_macos do
${block('darwin')}
  end

  on_linux do
${block('linux')}
  end

  def install
    bin.install Dir["glistio-*"].first => "glistio"
    # A download is not executable, and Homebrew makes it so only after this.
    chmod 0755, bin/"glistio"
    generate_completions_from_executable(bin/"glistio", "completion")
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/glistio --version").strip
    (testpath/"values.yaml").write "global: {istioSDS: {enabled: true}}"
    assert_match "name: sds", shell_output("#{bin}/glistio render -f values.yaml --chart-version 1.5.0")
  end
end
`;
}

function scoop({ description, license, page }: About, version: string, files: Files) {
  const { file, url, sum } = of(files, 'win32', 'x64');
  return {
    version,
    description,
    homepage: page,
    license,
    architecture: { '64bit': { url: `${url}#/glistio.exe`, hash: sum } },
    bin: 'glistio.exe',
    checkver: 'github',
    autoupdate: {
      architecture: { '64bit': { url: `${page}/releases/download/v$version/${file}#/glistio.exe` } },
      hash: { url: '$baseurl/SHA256SUMS' },
    },
  };
}

function aqua({ description }: About, files: Files): string {
  const { file } = of(files, 'linux', 'x64');
  return `packages:
  - type: github_release
    repo_owner: glistio
    repo_name: glistio
    description: ${JSON.stringify(description)}
    asset: ${file.replace('linux-x64', '{{.OS}}-{{.Arch}}')}
    format: raw
    complete_windows_ext: true
    replacements: { amd64: x64, darwin: macos }
    supported_envs: [linux, darwin, windows/amd64]
    checksum: { type: github_release, asset: SHA256SUMS, algorithm: sha256 }
`;
}

/** An entry of mise's registry, which refuses one without an order of versions or a test. */
function mise({ description }: About): string {
  return `version_order = "semver"
description = ${JSON.stringify(description)}
backends = ["aqua:glistio/glistio", "github:glistio/glistio"]
bins = ["glistio"]
test = { cmd = "glistio --version", expected = "{{version}}" }
`;
}

/** An asdf plugin: the scripts of its `bin`. They select the executable and checksum of the requested version. */
function asdf({ page }: About, files: Files): Readonly<Record<string, string>> {
  const isUnix = (os: string): boolean => os !== 'win32';
  const names = files.filter(({ os }) => isUnix(os)).map(({ file }) => file);
  const script = (text: string): string => `#!/usr/bin/env bash\nset -euo pipefail\n${text}`;
  return {
    'asdf/bin/list-all': script(
      `git ls-remote --tags --refs ${page}.git 'v*' | sed 's|.*refs/tags/v||' | sort -V | tr '\\n' ' '\n`,
    ),
    'asdf/bin/download': script(`case $(uname -s) in Linux) os=linux ;; Darwin) os=macos ;; *) os=$(uname -s) ;; esac
case $(uname -m) in x86_64 | amd64) arch=x64 ;; aarch64 | arm64) arch=arm64 ;; *) arch=$(uname -m) ;; esac
file=glistio-$os-$arch
case $file in ${names.join(' | ')}) ;; *) echo "there is no $file" >&2; exit 1 ;; esac
mkdir -p "$ASDF_DOWNLOAD_PATH"
cd "$ASDF_DOWNLOAD_PATH"
for name in "$file" SHA256SUMS; do
  curl -fsSL --proto '=https' -o "$name" "${page}/releases/download/v$ASDF_INSTALL_VERSION/$name"
done
grep " $file$" SHA256SUMS >sum
if command -v sha256sum >/dev/null; then sha256sum -c sum; else shasum -a 256 -c sum; fi >/dev/null
mv "$file" glistio
`),
    'asdf/bin/install': script(`mkdir -p "$ASDF_INSTALL_PATH/bin"
cp "$ASDF_DOWNLOAD_PATH/glistio" "$ASDF_INSTALL_PATH/bin/glistio"
chmod 755 "$ASDF_INSTALL_PATH/bin/glistio"
`),
  };
}

/**
 * The npm package with nixpkgs' Node: the executables need the dynamic loader of other systems, and patchelf would
 * break them.
 */
function nix({ description, page }: About, version: string, sumOf: (file: string) => string): string {
  const file = `glistio-${version}.tgz`;
  return `{
  description = ${JSON.stringify(description)};

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      packageFor = system:
        let
          pkgs = nixpkgs.legacyPackages.\${system};
          source = pkgs.fetchurl {
            url = "${page}/releases/download/v${version}/${file}";
            sha256 = "${sumOf(file)}";
          };
        in
        pkgs.runCommand "glistio-${version}" {
          nativeBuildInputs = [ pkgs.makeWrapper pkgs.installShellFiles ];
          meta = { homepage = "${page}"; mainProgram = "glistio"; };
        } ''
          mkdir -p $out/lib
          tar -xzf \${source} -C $out/lib
          makeWrapper \${pkgs.nodejs}/bin/node $out/bin/glistio --add-flags $out/lib/package/dist/cli.cjs
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
`;
}

function dockerfile({ page, license }: About, version: string, files: Files): string {
  const stage = (platform: string, arch: string): string => {
    const { url, sum } = of(files, 'linux', arch);
    return `FROM scratch AS ${platform}\nADD --chmod=755 --checksum=sha256:${sum} ${url} /glistio\n`;
  };
  return `# The executable and the C library that it needs, and no shell.
#   docker buildx build --build-arg BASE=gcr.io/distroless/cc-debian12:nonroot@sha256:… packaging/container
# BASE has no default: which digest is current only its registry knows, and a tag alone could become something else.
ARG BASE
${stage('linux-amd64', 'x64')}
${stage('linux-arm64', 'arm64')}
FROM linux-\${TARGETARCH} AS executable

FROM \${BASE}
LABEL org.opencontainers.image.source="${page}" \\
      org.opencontainers.image.version="${version}" \\
      org.opencontainers.image.licenses="${license}"
COPY --from=executable /glistio /usr/local/bin/glistio
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/glistio"]
`;
}

/** Entries of SchemaStore's catalog, from which editors configure themselves. */
function schemaStore({ page }: About) {
  const raw = `${page.replace('https://github.com', 'https://raw.githubusercontent.com')}/main/schema`;
  return {
    $schema: 'https://www.schemastore.org/schema-catalog.json',
    version: 1,
    schemas: [
      {
        name: 'glistio settings',
        description: 'Severities of the problems that glistio reports, and what fails a build',
        fileMatch: ['.glistio.yaml'],
        url: `${raw}/settings.schema.json`,
      },
      {
        name: 'glistio fleet',
        description: 'Clusters and their shared layers of values, for glistio --fleet',
        fileMatch: ['fleet.glistio.yaml', '**/glistio/fleet.yaml'],
        url: `${raw}/fleet.schema.json`,
      },
    ],
  };
}

/** Writes all of it to a folder. */
export function writePackaging(folder: string, checksums?: Checksums): void {
  for (const [name, text] of Object.entries(packagingFiles(checksums))) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: name.includes('/bin/') ? 0o755 : 0o644 });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writePackaging('packaging');
