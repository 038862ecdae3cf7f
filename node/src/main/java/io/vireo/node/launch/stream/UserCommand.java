package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyAdmin;
import io.vireo.node.iggy.Secret;
import io.vireo.node.iggy.UserRecord;
import io.vireo.node.launch.ExitCodes;
import io.vireo.node.launch.OperatorException;
import io.vireo.node.stream.Permissions;
import java.io.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo user}: lists, makes and deletes users. */
@Command(
        name = "user",
        description = "List, make and delete users.",
        mixinStandardHelpOptions = true,
        subcommands = {UserCommand.ListUsers.class, UserCommand.Create.class, UserCommand.Delete.class})
public final class UserCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say list, create or delete");
    }

    /** {@code vireo user list}. */
    @Command(
            name = "list",
            description = "List all users.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo user list"})
    static final class ListUsers implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean isJson;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            return clientOption.run(client -> {
                final Listing listing = new Listing("id", "name", "active", "created");
                for (final UserRecord user : new IggyAdmin(client).users()) {
                    listing.add(
                            Unsigned.u32(user.id()), user.username(), user.isActive(), Unsigned.time(user.createdAt()));
                }
                listing.print(spec.commandLine().getOut(), isJson);
                return ExitCodes.OK;
            });
        }
    }

    /** {@code vireo user create}. */
    @Command(
            name = "create",
            description = "Make a user.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "The new user's password comes from --new-password-file, else from VIREO_NEW_PASSWORD, else you are asked for it.",
                "",
                "Examples:",
                "  vireo user create ann --permissions read-streams,poll-messages",
                "  vireo user create bob --permissions all --new-password-file bob.txt",
            })
    static final class Create implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Parameters(paramLabel = "NAME", description = "Name of the new user, 3 to 50 bytes.")
        private String name;

        @Option(
                names = "--new-password-file",
                paramLabel = "FILE",
                description = "File whose first line is the password of the new user, 3 to 100 bytes.")
        private Path passwordFile;

        @Option(
                names = "--permissions",
                paramLabel = "WHAT",
                split = ",",
                description =
                        "What the user may do everywhere: all, manage-servers, read-servers, manage-users, read-users, manage-streams, read-streams, manage-topics, read-topics, poll-messages, send-messages (nothing).")
        private List<String> permissions;

        @Option(names = "--inactive", description = "Make a user who cannot log in yet.")
        private boolean isInactive;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            final Optional<Permissions> allowed = Arguments.permissions(permissions);
            final Secret password = password();
            return clientOption.run(client -> {
                final UserRecord made =
                        new IggyAdmin(client).createUser(Arguments.name("user", name), password, !isInactive, allowed);
                spec.commandLine().getOut().println("made user " + made.username() + ", id " + Unsigned.u32(made.id()));
                return ExitCodes.OK;
            });
        }

        private Secret password() {
            final Secret ofFile = Secrets.ofFile("--new-password-file", passwordFile);
            if (ofFile != null) {
                return ofFile;
            }
            final String ofEnvironment = System.getenv("VIREO_NEW_PASSWORD");
            if (ofEnvironment != null) {
                return new Secret(ofEnvironment);
            }
            final Console console = System.console();
            if (console == null) {
                throw new OperatorException("no password of the new user: name a file by --new-password-file, set"
                        + " VIREO_NEW_PASSWORD, or type it at a terminal");
            }
            final Secret typed = Secrets.ofTerminal(console, "password of the new user " + name);
            if (!typed.equals(Secrets.ofTerminal(console, "again"))) {
                throw new OperatorException("the two passwords differ; nothing was made");
            }
            return typed;
        }
    }

    /** {@code vireo user delete}. */
    @Command(
            name = "delete",
            description = "Delete a user; its connections end.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: vireo user delete ann"})
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ClientOption clientOption;

        @Parameters(paramLabel = "USER", description = "Name or number of the user.")
        private String user;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            return clientOption.run(client -> {
                new IggyAdmin(client).deleteUser(Arguments.identifier("user", user));
                spec.commandLine().getOut().println("deleted user " + user);
                return ExitCodes.OK;
            });
        }
    }
}
