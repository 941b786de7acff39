class Glistio < Formula
  desc "Say exactly what Gloo's gateway proxies will look like under Istio mTLS"
  homepage "https://github.com/glistio/glistio"
  version "0.1.0"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-macos-arm64"
      sha256 "9769fd99dd8d3b17a0fe58c15e9aa4b9e7b698e0ec37e6f5ed41d17b840ecc53"
    end
    on_intel do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-macos-x64"
      sha256 "75ee7d48608af8f14ca88bad11bb3239edb14a1cfaf5028080108fc38fe4a8c0"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-linux-arm64"
      sha256 "21ec7eb3e32ebdd5b43336fb6366f3133cea0bd94a27b1888807a7a78aef9137"
    end
    on_intel do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-linux-x64"
      sha256 "1956e73dbd274f3c3e56d21ef3d4c47d33f8d3da3ec84a19f1de33e9da1e5edf"
    end
  end

  def install
    bin.install Dir["glistio-*"].first => "glistio"
    generate_completions_from_executable(bin/"glistio", "completion")
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/glistio --version").strip
    (testpath/"values.yaml").write "global: {istioSDS: {enabled: true}}"
    assert_match "name: sds", shell_output("#{bin}/glistio render -f values.yaml --chart-version 1.5.0")
  end
end
