package io.vireo.node.iggy;

import java.util.List;

/** Requests about the server and its connections. */
public sealed interface ServerRequest extends Request {
    /** @param clientId number that {@code get_me} shows. */
    record GetClient(int clientId) implements ServerRequest {
        @Override
        public CommandCode command() {
            return CommandCode.GET_CLIENT;
        }
    }

    /**
     * @param compression 1 stored, 2 deflated, 3 bzip2, 4 zstd, 5 lzma, 6 xz.
     * @param types 1 file system, 2 processes, 3 resources, 4 test, 5 logs, 6 configuration, 100 all.
     */
    record GetSnapshot(int compression, List<Integer> types) implements ServerRequest {
        private static final int COMPRESSION_MAX = 6;
        private static final int TYPE_MAX = 6;
        private static final int TYPE_ALL = 100;

        public GetSnapshot {
            types = List.copyOf(types);
        }

        @Override
        public CommandCode command() {
            return CommandCode.GET_SNAPSHOT;
        }

        @Override
        public void validate() throws WireException {
            if (compression < 1 || compression > COMPRESSION_MAX) {
                throw WireReader.invalid("snapshot compression " + compression);
            }
            for (final int type : types) {
                if (type != TYPE_ALL && (type < 1 || type > TYPE_MAX)) {
                    throw WireReader.invalid("snapshot type " + type);
                }
            }
        }
    }
}
