package sessionctl.inventory;

/** Reads {@code ssh:}, the cluster's and a droplet's: what the section says, and for the rest what holds outside of it. */
record SshReader(SshAccess outside, int memcachedPort) {
    SshAccess read(Fields ssh) {
        return new SshAccess(
                ssh.optional("user", Word.USER).orElse(outside.user()),
                ssh.optional("port", new OtherPort(memcachedPort)).orElse(outside.port()),
                ssh.optional("key", Word.KEY_FILE).orElse(outside.key()),
                ssh.optional("passphrase_env", Word.PASSPHRASE_ENV).orElse(outside.passphraseEnv()),
                outside.hostKey());
    }
}
