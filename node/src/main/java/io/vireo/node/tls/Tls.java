package io.vireo.node.tls;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * How one kind of connection does TLS: what is shown to the other side, and who is trusted. The JDK does the protocol. Any thread.
 *
 * <p>Who dials checks that the certificate of the other side is of a trusted CA and made for the name that was dialled. Who accepts asks for
 * a certificate where there is a CA; whether somebody may come without one is for the owner to judge ({@link Wire#isCertified}), one that is
 * not of the CA ends the handshake.
 */
public final class Tls {
    /** Which connections: the word after "tls." in the settings. */
    public enum Kind {
        /** To the ports of replicas, by replicas and the operator's clients: both ends are of one release. */
        REPLICAS("replicas"),
        /** To the ports of clients of the protocol, of any origin. */
        CLIENTS("clients");

        private final String word;

        Kind(final String word) {
            this.word = word;
        }
    }

    /** No other version: there are no suites to choose badly in it, and nobody can negotiate once more. */
    private static final String[] VERSIONS = {"TLSv1.3"};

    /** A session is taken up again without another look at certificates; so not for long. */
    private static final int SESSION_SECONDS = 300;

    private static final int SESSIONS_MAX = 1024;
    private static final char[] NO_PASSWORD = {};

    private final Kind kind;
    private final SSLContext context;
    private final boolean isAsking;
    private final String trusted;
    private final TlsWorker worker;

    /**
     * @param identity what is shown to others; null for a client that shows nothing.
     * @param authorities certificates of the CAs that are trusted; empty for a side that is only called, and asks nobody for a certificate.
     * @param trusted where those are from, for people.
     * @throws IllegalStateException where this Java, or what it was told to leave out, does not do TLS 1.3.
     */
    public Tls(
            final Kind kind,
            final TlsIdentity identity,
            final List<X509Certificate> authorities,
            final String trusted,
            final TlsWorker worker) {
        this.kind = kind;
        this.isAsking = !authorities.isEmpty();
        this.trusted = trusted;
        this.worker = worker;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(
                    keys(identity), authorities.isEmpty() ? trustNobody() : trust(authorities), new SecureRandom());
        } catch (final GeneralSecurityException | IOException e) {
            // What was loaded has been checked.
            throw new IllegalStateException("this Java makes no TLS context: " + e.getMessage(), e);
        }
        context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
        context.getServerSessionContext().setSessionCacheSize(SESSIONS_MAX);
        context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
        context.getClientSessionContext().setSessionCacheSize(SESSIONS_MAX);
        try {
            // Now rather than at the first connection: a Java can be set up to leave TLS 1.3 out.
            accepting().beginHandshake();
            calling("localhost").beginHandshake();
        } catch (final SSLException e) {
            throw new IllegalStateException("this Java does no TLS 1.3: " + e.getMessage(), e);
        }
    }

    /** For the connections of one selector. @param wake ends a wait of the selector; from any thread. */
    public TlsPort port(final Runnable wake) {
        return new TlsPort(this, wake);
    }

    /**
     * TLS over a connected socket that blocks; the handshake is done, and closing it closes the socket.
     *
     * @param connected its time for a read is that for the whole handshake, too.
     * @throws TlsException where none comes about.
     * @throws SocketTimeoutException where none comes about in time.
     */
    public Socket call(final Socket connected, final String host) throws IOException {
        final SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(connected, host, connected.getPort(), true);
        socket.setSSLParameters(named(socket.getSSLParameters()));
        final int timeoutMs = connected.getSoTimeout();
        final CompletableFuture<Boolean> isInTime = new CompletableFuture<>();
        if (timeoutMs > 0) {
            final Thread watch = new Thread(() -> closeWhenLate(connected, timeoutMs, isInTime), "vireo-tls-call");
            watch.setDaemon(true);
            watch.start();
        }
        try {
            socket.startHandshake();
        } catch (final SSLException e) {
            if (isInTime.complete(true)) {
                throw new TlsException(TlsFailure.text(e, trusted), e);
            }
        } catch (final SocketException e) {
            if (isInTime.complete(true)) {
                throw e;
            }
        }
        if (!isInTime.complete(true) && !isInTime.join()) {
            throw new SocketTimeoutException("no TLS within " + timeoutMs + " ms");
        }
        return socket;
    }

    /** Story: somebody sends a byte now and then, each in time, and a command waits for hours. */
    private static void closeWhenLate(
            final Socket socket, final int timeoutMs, final CompletableFuture<Boolean> isInTime) {
        try {
            isInTime.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (final TimeoutException late) {
            if (isInTime.complete(false)) {
                try {
                    socket.close();
                } catch (final IOException e) {
                    // Whoever uses it sees for himself that it is of no use.
                }
            }
        } catch (final InterruptedException | ExecutionException e) {
            Thread.currentThread().interrupt();
        }
    }

    SSLEngine accepting() {
        final SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        final SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setWantClientAuth(isAsking);
        engine.setSSLParameters(parameters);
        return engine;
    }

    SSLEngine calling(final String host) {
        final SSLEngine engine = context.createSSLEngine(host, -1);
        engine.setUseClientMode(true);
        engine.setSSLParameters(named(engine.getSSLParameters()));
        return engine;
    }

    /** With the name that was dialled as the one to be found in the certificate (RFC 2818 section 3.1). */
    private SSLParameters named(final SSLParameters parameters) {
        parameters.setProtocols(VERSIONS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    TlsBuffers newBuffers() {
        final var session = context.createSSLEngine().getSession();
        return new TlsBuffers(session.getPacketBufferSize(), session.getApplicationBufferSize());
    }

    boolean isAsking() {
        return isAsking;
    }

    TlsWorker worker() {
        return worker;
    }

    /** @param isBegun true for a connection that was dialled, or has had a piece computed before. */
    TlsWorker.Rank rank(final boolean isBegun) {
        return isBegun
                ? TlsWorker.Rank.BEGUN
                : kind == Kind.REPLICAS ? TlsWorker.Rank.REPLICAS : TlsWorker.Rank.CLIENTS;
    }

    String trusted() {
        return trusted;
    }

    String advice() {
        return "set tls." + kind.word + " the same on both sides";
    }

    private static KeyManager[] keys(final TlsIdentity identity) throws GeneralSecurityException, IOException {
        if (identity == null) {
            return new KeyManager[0];
        }
        final KeyStore store = emptyStore();
        store.setKeyEntry("this", identity.key(), NO_PASSWORD, identity.chain().toArray(new X509Certificate[0]));
        final KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    static TrustManager[] trust(final List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        final KeyStore store = emptyStore();
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority " + i, authorities.get(i));
        }
        final TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Not what the JDK would take without a word, its own list of public CAs. */
    private static TrustManager[] trustNobody() {
        return new TrustManager[0];
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        final KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
