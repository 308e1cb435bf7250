package dev.hone.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} name, which Java does not read; else Java's own. */
final class EnvironmentProxy extends ProxySelector {
    private final Map<String, String> environment;
    private final @Nullable ProxySelector otherwise;

    EnvironmentProxy(Map<String, String> environment, @Nullable ProxySelector otherwise) {
        this.environment = environment;
        this.otherwise = otherwise;
    }

    static EnvironmentProxy ofThisProcess() {
        return new EnvironmentProxy(System.getenv(), ProxySelector.getDefault());
    }

    @Override
    public List<Proxy> select(URI uri) {
        String host = String.valueOf(uri.getHost());
        String named = value(uri.getScheme() + "_proxy");
        if (named.isEmpty()) {
            named = value("all_proxy");
        }
        if (named.isEmpty()) {
            return otherwise == null ? List.of(Proxy.NO_PROXY) : otherwise.select(uri);
        }
        if (isExempt(host)) {
            return List.of(Proxy.NO_PROXY);
        }
        try {
            URI proxy = URI.create(named.contains("://") ? named : "http://" + named);
            if (proxy.getHost() != null && "http".equals(proxy.getScheme())) {
                int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
                return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port)));
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new HubException(
                "the proxy in " + uri.getScheme() + "_proxy must be an address such as http://proxy:3128");
    }

    private boolean isExempt(String host) {
        for (String each : value("no_proxy").split("[,\\s]+")) {
            String name = each.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", "");
            if (each.equals("*") || !name.isEmpty() && (host.equalsIgnoreCase(name) || host.endsWith("." + name))) {
                return true;
            }
        }
        return false;
    }

    /** In small letters, or in capitals. */
    private String value(String name) {
        String small = environment.getOrDefault(name, "");
        return (small.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : small).strip();
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {}
}
