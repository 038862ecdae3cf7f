package io.vireo.node.launch.stream;

import io.vireo.node.iggy.Secret;
import io.vireo.node.launch.OperatorException;
import java.util.Map;
import java.util.function.Function;

/**
 * As whom a command logs in: by name and password, or by a token. Nothing here is ever an argument of the process, which others can list.
 *
 * @param token null if it is a name and a password.
 */
record Credentials(String username, Secret password, Secret token) {
    private static final String ROOT_DEFAULT = "iggy";
    /** The name of the cluster that {@code vireo dev} makes, and the login that it gives it. */
    private static final String DEV_CLUSTER = "dev";

    private static final String DEV_PASSWORD = "iggy";

    /**
     * What was said, in falling precedence: options, VIREO_TOKEN, VIREO_USERNAME and VIREO_PASSWORD, the root user as nodes are told of it, the
     * login of a cluster for trying out, and at last whoever sits at the terminal.
     *
     * @param username of the option, or null.
     * @param password of a file, or null.
     * @param token of a file, or null.
     * @param clusterName null if it is not known.
     * @param prompt asks for the password of a user; null where nobody can be asked.
     */
    static Credentials of(
            final String username,
            final Secret password,
            final Secret token,
            final Map<String, String> environment,
            final String clusterName,
            final Function<String, Secret> prompt) {
        if (token != null) {
            return new Credentials(null, null, token);
        }
        if (username == null && password == null && environment.containsKey("VIREO_TOKEN")) {
            return new Credentials(null, null, new Secret(environment.get("VIREO_TOKEN")));
        }
        final String root = first(environment, ROOT_DEFAULT, "VIREO_ROOT_USERNAME", "IGGY_ROOT_USERNAME");
        final String name = username != null ? username : environment.getOrDefault("VIREO_USERNAME", root);
        if (password != null) {
            return new Credentials(name, password, null);
        }
        if (environment.containsKey("VIREO_PASSWORD")) {
            return new Credentials(name, new Secret(environment.get("VIREO_PASSWORD")), null);
        }
        if (name.equals(root)) {
            final String known = first(
                    environment,
                    DEV_CLUSTER.equals(clusterName) ? DEV_PASSWORD : null,
                    "VIREO_ROOT_PASSWORD",
                    "IGGY_ROOT_PASSWORD");
            if (known != null) {
                return new Credentials(name, new Secret(known), null);
            }
        }
        if (prompt == null) {
            throw new OperatorException(
                    "no password of user " + name
                            + ": set VIREO_PASSWORD, or name a file by --password-file, or type it at a terminal; or VIREO_TOKEN or --token-file for a token");
        }
        return new Credentials(name, prompt.apply(name), null);
    }

    private static String first(
            final Map<String, String> environment, final String otherwise, final String... variables) {
        for (final String variable : variables) {
            if (environment.containsKey(variable)) {
                return environment.get(variable);
            }
        }
        return otherwise;
    }
}
