package io.vireo.node.stream.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.StreamStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Users and tokens in plain maps, searched from one end to the other. */
final class UserModel {
    static final class Account {
        String name;
        int creation;
        long created;
        int status;
        String hash;
        Permissions permissions;
    }

    record Token(int user, String name, String hash, long expiresAt) {}

    final SortedMap<Integer, Account> accounts = new TreeMap<>();
    final List<Token> tokens = new ArrayList<>();
    private final int usersMax;
    private int creations;

    UserModel(final int usersMax) {
        this.usersMax = usersMax;
    }

    MetadataResult create(
            final String name, final String hash, final int status, final Permissions permissions, final long now) {
        if (!isLong(name, 3, 50)) {
            return refused(StreamStatus.INVALID_USERNAME);
        }
        if (!isLong(hash, 1, 512)) {
            return refused(StreamStatus.INVALID_PASSWORD);
        }
        if (status != 1 && status != 2) {
            return refused(StreamStatus.INVALID_USER_STATUS);
        }
        if (!isKnown(permissions)) {
            return refused(StreamStatus.INVALID_COMMAND);
        }
        if (accounts.isEmpty()) {
            return refused(StreamStatus.RESOURCE_NOT_FOUND);
        }
        if (isTaken(name, -1)) {
            return refused(StreamStatus.USER_ALREADY_EXISTS);
        }
        if (accounts.size() == usersMax) {
            return refused(StreamStatus.USERS_LIMIT_REACHED);
        }
        return MetadataModel.ok(add(name, hash, status, permissions, now));
    }

    MetadataResult createRoot(final String name, final String hash, final long now) {
        if (!isLong(name, 3, 50)) {
            return refused(StreamStatus.INVALID_USERNAME);
        }
        if (!isLong(hash, 1, 512)) {
            return refused(StreamStatus.INVALID_PASSWORD);
        }
        if (!accounts.isEmpty()) {
            return refused(StreamStatus.USER_ALREADY_EXISTS);
        }
        return MetadataModel.ok(add(name, hash, 1, Permissions.ALL, now));
    }

    MetadataResult delete(final Identifier id) {
        final Integer number = number(id);
        if (number == null) {
            return refused(StreamStatus.RESOURCE_NOT_FOUND);
        }
        if (number == 0) {
            return refused(StreamStatus.CANNOT_DELETE_USER);
        }
        accounts.remove(number);
        tokens.removeIf(token -> token.user() == number);
        return MetadataModel.ok(number);
    }

    MetadataResult update(final Identifier id, final String name, final int status) {
        if (name != null && !isLong(name, 3, 50)) {
            return refused(StreamStatus.INVALID_USERNAME);
        }
        if (status < 0 || status > 2) {
            return refused(StreamStatus.INVALID_USER_STATUS);
        }
        final Integer number = number(id);
        if (number == null) {
            return refused(StreamStatus.RESOURCE_NOT_FOUND);
        }
        if (name != null && isTaken(name, number)) {
            return refused(StreamStatus.USER_ALREADY_EXISTS);
        }
        final Account account = accounts.get(number);
        account.name = name == null ? account.name : name;
        account.status = status == 0 ? account.status : status;
        return MetadataModel.ok(0);
    }

    MetadataResult updatePermissions(final Identifier id, final Permissions permissions) {
        if (!isKnown(permissions)) {
            return refused(StreamStatus.INVALID_COMMAND);
        }
        final Integer number = number(id);
        if (number == null) {
            return refused(StreamStatus.RESOURCE_NOT_FOUND);
        }
        if (number == 0) {
            return refused(StreamStatus.CANNOT_CHANGE_PERMISSIONS);
        }
        accounts.get(number).permissions = permissions;
        return MetadataModel.ok(0);
    }

    MetadataResult changePassword(final Identifier id, final String current, final String hash) {
        if (!isLong(hash, 1, 512)) {
            return refused(StreamStatus.INVALID_PASSWORD);
        }
        final Integer number = number(id);
        if (number == null) {
            return refused(StreamStatus.RESOURCE_NOT_FOUND);
        }
        if (!accounts.get(number).hash.equals(current)) {
            return refused(StreamStatus.INVALID_CREDENTIALS);
        }
        accounts.get(number).hash = hash;
        return MetadataModel.ok(0);
    }

    MetadataResult createToken(final int user, final String name, final String hash, final long expiresAt) {
        if (!isLong(name, 3, 30)) {
            return refused(StreamStatus.INVALID_TOKEN_NAME);
        }
        if (tokens.stream().anyMatch(token -> token.hash().equals(hash))) {
            return refused(StreamStatus.INVALID_TOKEN);
        }
        if (!accounts.containsKey(user)) {
            return refused(StreamStatus.RESOURCE_NOT_FOUND);
        }
        if (tokens.stream()
                .anyMatch(token -> token.user() == user && token.name().equals(name))) {
            return refused(StreamStatus.TOKEN_ALREADY_EXISTS);
        }
        if (tokens.stream().filter(token -> token.user() == user).count() == 100) {
            return refused(StreamStatus.TOKENS_LIMIT_REACHED);
        }
        tokens.add(new Token(user, name, hash, expiresAt));
        return MetadataModel.ok(0);
    }

    MetadataResult deleteToken(final int user, final String name) {
        return tokens.removeIf(token -> token.user() == user && token.name().equals(name))
                ? MetadataModel.ok(0)
                : refused(StreamStatus.RESOURCE_NOT_FOUND);
    }

    MetadataResult deleteExpired(final long now) {
        final int before = tokens.size();
        tokens.removeIf(token -> token.expiresAt() != 0 && token.expiresAt() <= now);
        return MetadataModel.ok(before - tokens.size());
    }

    MetadataResult authenticate(final String hash, final long now) {
        for (final Token token : tokens) {
            if (token.hash().equals(hash)) {
                if (token.expiresAt() != 0 && token.expiresAt() <= now) {
                    return refused(StreamStatus.TOKEN_EXPIRED);
                }
                return accounts.get(token.user()).status == 1
                        ? MetadataModel.ok(token.user())
                        : refused(StreamStatus.USER_INACTIVE);
            }
        }
        return refused(StreamStatus.RESOURCE_NOT_FOUND);
    }

    List<String> listing() {
        final List<String> lines = new ArrayList<>();
        accounts.forEach((number, account) -> {
            lines.add("user " + number + " " + account.creation + " " + account.name + " " + account.created + " "
                    + account.status + " " + account.hash + " " + account.permissions);
            tokens.stream()
                    .filter(token -> token.user() == number)
                    .map(token -> "token " + number + " " + token.name() + " " + token.hash() + " " + token.expiresAt())
                    .sorted()
                    .forEach(lines::add);
        });
        return lines;
    }

    static List<String> listing(final Users users) {
        final List<String> lines = new ArrayList<>();
        for (final User user : users.all()) {
            lines.add("user " + user.number() + " " + user.creation() + " " + user.name() + " " + user.createdAtMicros()
                    + " " + user.status() + " " + user.passwordHash() + " " + user.permissions());
            user.tokens()
                    .forEach(token -> lines.add("token " + token.user() + " " + token.name() + " " + token.hash() + " "
                            + token.expiresAtMicros()));
        }
        return lines;
    }

    private int add(
            final String name, final String hash, final int status, final Permissions permissions, final long now) {
        final Account account = new Account();
        account.name = name;
        account.creation = ++creations;
        account.created = now;
        account.status = status;
        account.hash = hash;
        account.permissions = permissions;
        final int number = MetadataModel.lowestFree(accounts);
        accounts.put(number, account);
        return number;
    }

    private Integer number(final Identifier id) {
        for (final var account : accounts.entrySet()) {
            if (MetadataModel.isMeant(id, account.getKey(), account.getValue().name)) {
                return account.getKey();
            }
        }
        return null;
    }

    private boolean isTaken(final String name, final int butBy) {
        return accounts.entrySet().stream()
                .anyMatch(account ->
                        account.getKey() != butBy && account.getValue().name.equals(name));
    }

    /** Of the sets that the scripts draw, only those with bits above the ten are unknown. */
    private static boolean isKnown(final Permissions permissions) {
        return permissions == null || permissions.global() < 1 << 10;
    }

    private static boolean isLong(final String text, final int least, final int most) {
        final int bytes = text.getBytes(UTF_8).length;
        return bytes >= least && bytes <= most;
    }

    private static MetadataResult refused(final int status) {
        return MetadataModel.refused(status);
    }
}
