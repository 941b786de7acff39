class Glistio < Formula
  desc "Show exactly what Gloo's gateway proxies will look like under Istio mTLS"
  homepage "https://github.com/glistio/glistio"
  version "0.1.0"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-macos-arm64"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
    on_intel do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-macos-x64"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-linux-arm64"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
    on_intel do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-linux-x64"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
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
