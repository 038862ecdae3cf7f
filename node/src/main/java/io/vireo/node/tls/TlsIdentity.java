package io.vireo.node.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What a node shows of itself: its certificate with those between it and the CA, and the key that belongs to it. Checked as a whole, so
 * that a node that nobody would talk to does not start.
 */
public final class TlsIdentity {
    /** So much, with a signature by it, goes into a record that others open of somebody they have not let in. */
    static final int CHAIN_LENGTH_MAX = TlsWire.CERTIFICATES_LENGTH_MAX - 744;

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private TlsIdentity(final List<X509Certificate> chain, final PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /**
     * From the contents of two files.
     *
     * @param certificates PEM, the node's own certificate first.
     * @param key PEM, PKCS#8, not encrypted.
     * @throws TlsFileException where something is wrong with a file, where the two do not belong together, or the certificate is out of date.
     */
    public static TlsIdentity of(
            final Path certificateFile, final byte[] certificates, final Path keyFile, final byte[] key)
            throws TlsFileException {
        final List<X509Certificate> chain = Pem.certificates(certificateFile, certificates);
        final X509Certificate own = chain.get(0);
        try {
            own.checkValidity();
        } catch (final CertificateExpiredException e) {
            throw new TlsFileException(
                    certificateFile, "has expired, on " + own.getNotAfter().toInstant() + ": have it renewed", e);
        } catch (final CertificateNotYetValidException e) {
            throw new TlsFileException(
                    certificateFile,
                    "is not valid before " + own.getNotBefore().toInstant() + ": look at the clock of this machine",
                    e);
        }
        int length = 0;
        for (final X509Certificate each : chain) {
            length += encoded(certificateFile, each).length;
        }
        if (length > CHAIN_LENGTH_MAX) {
            throw new TlsFileException(
                    certificateFile,
                    "has " + chain.size() + " certificates of " + length + " bytes in all, of which others take "
                            + CHAIN_LENGTH_MAX
                            + ": leave out the CA's own, or use keys of elliptic curves");
        }
        final PrivateKey ofOwn = Pem.key(keyFile, key, own.getPublicKey().getAlgorithm());
        if (!isPair(own, ofOwn)) {
            throw new TlsFileException(keyFile, "is not the key of the certificate in " + certificateFile);
        }
        return new TlsIdentity(List.copyOf(chain), ofOwn);
    }

    private static byte[] encoded(final Path file, final X509Certificate certificate) throws TlsFileException {
        try {
            return certificate.getEncoded();
        } catch (final CertificateEncodingException e) {
            throw new TlsFileException(file, "has a certificate that cannot be written down again", e);
        }
    }

    List<X509Certificate> chain() {
        return chain;
    }

    PrivateKey key() {
        return key;
    }

    /** The node's own. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Why others that trust these CAs would refuse this certificate, of a node that calls and is called; null if they would not. */
    public String refusal(final List<X509Certificate> authorities, final String trusted) {
        try {
            for (final TrustManager manager : Tls.trust(authorities)) {
                final X509Certificate[] shown = chain.toArray(new X509Certificate[0]);
                ((X509TrustManager) manager).checkServerTrusted(shown, "UNKNOWN");
                ((X509TrustManager) manager).checkClientTrusted(shown, "UNKNOWN");
            }
            return null;
        } catch (final CertificateException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof CertPathBuilderException) {
                    return "is not of a CA in " + trusted + ", or a certificate between the two is missing in the file";
                }
            }
            return "would be refused by those who trust " + trusted + ": " + e.getMessage();
        } catch (final GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java does not check certificates: " + e.getMessage(), e);
        }
    }

    /** Signs something and looks whether the certificate's key says so. */
    private static boolean isPair(final X509Certificate certificate, final PrivateKey key) {
        final String algorithm = certificate.getPublicKey().getAlgorithm();
        final byte[] text = "vireo".getBytes(StandardCharsets.US_ASCII);
        try {
            final Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> algorithm;
                    });
            signature.initSign(key);
            signature.update(text);
            final byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (final GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "TlsIdentity{" + certificate().getSubjectX500Principal() + ", key not shown}";
    }
}
