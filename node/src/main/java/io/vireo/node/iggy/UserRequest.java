package io.vireo.node.iggy;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import java.util.Optional;

/** Requests about users, what they may do, and how they log in. */
public sealed interface UserRequest extends Request {
    record CreateUser(String username, Secret password, boolean isActive, Optional<Permissions> permissions)
            implements UserRequest {
        @Override
        public CommandCode command() {
            return CommandCode.CREATE_USER;
        }

        @Override
        public void validate() throws WireException {
            WireLimits.checkUsername(username);
            WireLimits.checkPassword(password);
        }
    }

    /** What is absent stays as it is. */
    record UpdateUser(Identifier user, Optional<String> username, Optional<Boolean> isActive) implements UserRequest {
        @Override
        public CommandCode command() {
            return CommandCode.UPDATE_USER;
        }

        @Override
        public void validate() throws WireException {
            if (username.isPresent()) {
                WireLimits.checkUsername(username.get());
            }
        }
    }

    /** Absent permissions take away those that the user has. */
    record UpdatePermissions(Identifier user, Optional<Permissions> permissions) implements UserRequest {
        @Override
        public CommandCode command() {
            return CommandCode.UPDATE_PERMISSIONS;
        }
    }

    record ChangePassword(Identifier user, Secret current, Secret next) implements UserRequest {
        @Override
        public CommandCode command() {
            return CommandCode.CHANGE_PASSWORD;
        }

        @Override
        public void validate() throws WireException {
            WireLimits.checkPassword(current);
            WireLimits.checkPassword(next);
        }
    }

    /**
     * @param version of the client, as it says; may be empty.
     * @param context what else the client says about itself; may be empty.
     */
    record LoginUser(String username, Secret password, String version, String context) implements UserRequest {
        @Override
        public CommandCode command() {
            return CommandCode.LOGIN_USER;
        }

        @Override
        public void validate() throws WireException {
            WireLimits.checkUsername(username);
            WireLimits.checkPassword(password);
        }
    }

    record LoginWithToken(Secret token) implements UserRequest {
        @Override
        public CommandCode command() {
            return CommandCode.LOGIN_WITH_TOKEN;
        }

        @Override
        public void validate() throws WireException {
            if (token.value().isEmpty()) {
                throw new WireException(IggyError.INVALID_PERSONAL_ACCESS_TOKEN, "the token is empty");
            }
        }
    }

    /** @param expiryUs how long it is valid, in microseconds; 0 and 2^64 - 1 for ever. */
    record CreateToken(String name, long expiryUs) implements UserRequest {
        @Override
        public CommandCode command() {
            return CommandCode.CREATE_TOKEN;
        }

        @Override
        public void validate() throws WireException {
            WireLimits.checkTokenName(name);
        }
    }

    record DeleteToken(String name) implements UserRequest {
        @Override
        public CommandCode command() {
            return CommandCode.DELETE_TOKEN;
        }

        @Override
        public void validate() throws WireException {
            WireLimits.checkTokenName(name);
        }
    }
}
