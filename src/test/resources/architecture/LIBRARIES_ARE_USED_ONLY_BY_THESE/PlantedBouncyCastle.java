package sessionctl.fleet;

class PlantedBouncyCastle {
    org.bouncycastle.jce.provider.BouncyCastleProvider library;
}
