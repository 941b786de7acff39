class Glistio < Formula
  desc "Say exactly what Gloo's gateway proxies will look like under Istio mTLS"
  homepage "https://github.com/glistio/glistio"
  version "0.1.0"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-macos-arm64"
      sha256 "942bf848b8e4565dfd4b8f521986b63485ed3403fadab9589586a5fc4afd7da4"
    end
    on_intel do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-macos-x64"
      sha256 "612ca6a4b646918181f5b79dee132422a1d57fcdb96a74e63c238b9bd7cfb9cc"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-linux-arm64"
      sha256 "cdcc8582ee487a07d4ae88eab8891048d4409a82c780a8b3b8ed730e9d00f8cd"
    end
    on_intel do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-linux-x64"
      sha256 "d95e4a0d08ecfd7025d6c0dc96372600ec99fa1170b9fb8169f0bc200d47696e"
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
