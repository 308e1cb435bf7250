package dev.hone.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The variables of huggingface_hub, and which of them come before others. */
class HubSettingsTest {
    private static final Path HOME = Path.of("/home/me");

    private static HubSettings of(String... variables) {
        Map<String, String> all = new java.util.HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        return HubSettings.of(all, HOME);
    }

    @Test
    void theCacheIsWhereEveryToolLooksForIt() {
        assertThat(of().cache().folder()).isEqualTo(Path.of("/home/me/.cache/huggingface/hub"));
        assertThat(of("XDG_CACHE_HOME", "/x").cache().folder()).isEqualTo(Path.of("/x/huggingface/hub"));
        assertThat(of("HF_HOME", "/h", "XDG_CACHE_HOME", "/x").cache().folder()).isEqualTo(Path.of("/h/hub"));
        assertThat(of("HF_HUB_CACHE", "/c", "HF_HOME", "/h").cache().folder()).isEqualTo(Path.of("/c"));
        assertThat(of("HUGGINGFACE_HUB_CACHE", "/c", "HF_HOME", "/h").cache().folder())
                .isEqualTo(Path.of("/c"));
        assertThat(of("HF_HOME", "~/hf").cache().folder()).isEqualTo(Path.of("/home/me/hf/hub"));
    }

    @Test
    void theEndpointIsTheHubUnlessAnotherIsNamed() {
        assertThat(of().endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(of("HF_ENDPOINT", "https://hf-mirror.com/").endpoint())
                .isEqualTo(URI.create("https://hf-mirror.com"));
        assertThatThrownBy(() -> of("HF_ENDPOINT", "hf-mirror.com"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("HF_ENDPOINT (hf-mirror.com) must be the address of a hub");
        assertThatThrownBy(() -> of("HF_ENDPOINT", "https://a b")).hasMessageContaining("is no address");
    }

    @Test
    void aTokenOfTheEnvironmentComesBeforeTheOneInTheFile(@TempDir Path home) throws Exception {
        Files.writeString(home.resolve("token"), " hf_file\n");
        String place = home.toString();
        assertThat(of("HF_HOME", place).token()).isEqualTo("hf_file");
        assertThat(of("HF_HOME", place, "HF_TOKEN", "hf_variable").token()).isEqualTo("hf_variable");
        assertThat(of("HF_HOME", place, "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token())
                .isNull();
        assertThat(of("HF_TOKEN_PATH", home.resolve("token").toString()).token())
                .isEqualTo("hf_file");
        assertThatThrownBy(() -> of("HF_TOKEN", "hf a")).hasMessageContaining("the token in HF_TOKEN has characters");
    }

    @Test
    void offlineIsSaidInEitherWay() {
        assertThat(of("HF_HUB_OFFLINE", "1").offline()).isTrue();
        assertThat(of("TRANSFORMERS_OFFLINE", "yes").offline()).isTrue();
        assertThat(of("HF_HUB_OFFLINE", "0").offline()).isFalse();
    }

    @Test
    void proxiesOfTheEnvironmentAreUsed() {
        Map<String, String> variables =
                Map.of("HTTPS_PROXY", "http://proxy.here:3128", "no_proxy", "localhost,.inside.net");
        EnvironmentProxy proxies = new EnvironmentProxy(variables, null);
        Proxy proxy = proxies.select(URI.create("https://huggingface.co/x")).get(0);
        assertThat(((InetSocketAddress) proxy.address()).getHostString()).isEqualTo("proxy.here");
        assertThat(proxies.select(URI.create("https://hub.inside.net"))).containsExactly(Proxy.NO_PROXY);
        assertThat(proxies.select(URI.create("http://huggingface.co"))).containsExactly(Proxy.NO_PROXY);
        EnvironmentProxy wrong = new EnvironmentProxy(Map.of("https_proxy", "socks5://x"), null);
        assertThatThrownBy(() -> wrong.select(URI.create("https://x"))).isInstanceOf(HubException.class);
    }
}
