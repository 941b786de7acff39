class Glistio < Formula
  desc "Say exactly what Gloo's gateway proxies will look like under Istio mTLS"
  homepage "https://github.com/glistio/glistio"
  version "0.1.0"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-macos-arm64"
      sha256 "30d0a2799cf4bd728d7ef20f6b03225ab9012efc7d01cdd52bd6d840162bfc4b"
    end
    on_intel do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-macos-x64"
      sha256 "cec99f65caf74203b4376f701d9fc16483e2cbed8f6433e7151b81de10ccfc9f"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-linux-arm64"
      sha256 "c53c3f0eb75c1f271031013e89fdf1bbbd3278393b8c1c77131ed869a9a7791c"
    end
    on_intel do
      url "https://github.com/glistio/glistio/releases/download/v0.1.0/glistio-linux-x64"
      sha256 "67dc2f18ea0425a1214ca874a03e12509c144b56e9d87ace321f72479fc16bf6"
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
