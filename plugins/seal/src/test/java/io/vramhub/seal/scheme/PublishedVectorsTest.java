package io.vramhub.seal.scheme;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Seal's own tests, in Rust, Move and TypeScript, hold to be right. */
final class PublishedVectorsTest {
  /** Of a command {@code seal-cli encrypt-hmac ... --threshold 2} for three servers. */
  private static final String SEALED_BY_COMMAND_LINE =
      "00000000000000000000000000000000000000000000000000000000000000000020381dd9078c322a4663c39276"
          + "1a0211b527c127b29583851217f948d62131f40903034401905bebdf8c04f3cd5f04f442a39372c8dc321c"
          + "29edfb4f9cb30b23ab9601d726ecf6f7036ee3557cd6c7b93a49b231070e8eecada9cfa157e40e3f02e5d3"
          + "02dba72804cc9504a82bbaa13ed4a83a0e2c6219d7e45125cf57fd10cbab957a97030200b07b9e0e0bc818"
          + "12957adee90c1eab51e738641f82983f17fee55ac15b75d86bf92e59ebf1cc1548a3db27d18ee315391086"
          + "bb95f3333d16276d181bdf10c71d15c41d923d71d5c05383dda26b43004af78d7e08a6b086ebc3ea2e5d87"
          + "52871b0305874fce4f5e944c97b13f60c2dcf1ff34410d2fcb07dc15405140a38d520606dbd23990a1c26f"
          + "9ce2ce5776506cc18768485525511e59fc1c3ad346c95bb9cc288e7584add871e16e3aaf067f77bddf7df5"
          + "2ddf81ce0ecb130822328ac063c3dd39b21a4847f3aad9a816fadd2541ead355d4120f876e29bff825e5c5"
          + "3bedf6010d05d48cbd0c25cc230193f9389a01200000000000000000000000000000000000000000000000"
          + "0000000000000000018ba15d967ab74e1975c3149806cb483b5ce730be8039c46d18c2eb7c551f9fc4";

  /** Of the TypeScript client, for two servers of which both are needed. */
  private static final String SEALED_BY_CLIENT =
      "008afa5d31dbaa0a8fb07082692940ca3d56b5e856c5126cb5a3693f0a4de63b82205809c296d41e0d6177e8cf95"
          + "6010c1d2387299892bb9122ca4ba4ffd165e05cb023cf2a38f061ede3239c1629cb80a9be0e0676b1c15d3"
          + "4c94d104d4ba9d99076f0181aeaa8c25d2c912e1dc23b4372305b7a602c4ec4cc3e510963bc635e500aa37"
          + "020200a4a3c3f42e4b30cb2926ef3247cfeb056027e8518c277bae03abc754bf34817fc803257a6fd5503d"
          + "dc1f58f93c735cd219b0e2384014e84feddac5e0cf579be19b1afa42c5ffd8ca6b70070a569b98de59f03d"
          + "ff1d2ae11d24de92bc498ae666027010da668f4afd9491668ab40aba618eee3365a5f97c6c4795043b35e2"
          + "98d7a826e223ac636377538c303e756f8efd2c4b1858f21c9cb9b045d5b061deb348bc84dfcb593d51e59f"
          + "298a4e2faca80b94d5dd3822b584abf759d8b8bc78a8380e0103dff0f201007d56f2bf4cb3ec66527892198"
          + "502c6b76282fdbd57e1af2ccf3fc56b15c9ea8e";

  /** One server of weight 2 and one of weight 1. */
  private static final String SEALED_BY_WEIGHT =
      "0001e64f3c53fb5923a9705e1f1adf9f2b4c68b7bd660305af2778706ac8e0425520381dd9078c322a4663c39276"
          + "1a0211b527c127b29583851217f948d62131f4090308d66b8ef900ec6b61972d0f56dde411145ec4be2bd6"
          + "6c7faf3ee66e1df99de90108d66b8ef900ec6b61972d0f56dde411145ec4be2bd66c7faf3ee66e1df99de9"
          + "0276f8a77e2f6517caecb29a78a6e9e6bea89602b21997e33b5aea05f32a3cf0a2030200a72dc1fcaef5d5"
          + "bd746c838a9785e930feb029618fca93c9d8d108e1ed794b1b3c6d22eda462ee852a995b015bd9d6470e45"
          + "080f3bc45f3dcf5e8893cf4bcada6da81c9796df27bdd435a4e22580f1f9d30cb9bc81920d538d6775ca49"
          + "18fee2038ec0bae829ffdf655dc3f6ffa44411beac8e45aaee637d799ac8ba1d13ae66d51697d919280bcb"
          + "fd35b98e35e5a4f3698e77d2b88c08505613edd09c31fc94e842472206fc4b1c876b2be2e8c584b0103bcb"
          + "ceec2cad01191a5a36490157d6dc9fa1929c0d51692fbf639df87b1f5e6070c86b2acc589dba28db17a01e"
          + "1ab904010d74a567e366794310e43eca714d007a988d08b053734fd90d1908b555b530f2892e00a8958ac7"
          + "a60295f3f7cc9cc9";

  private static final SealId ID =
      new SealId(
          Digest.ZERO,
          Bytes.ofHex("381dd9078c322a4663c392761a0211b527c127b29583851217f948d62131f409"));

  @Test
  void identitiesHashToTheCurve() {
    assertThat(new SealId(Digest.ZERO, Bytes.ofHex("01020304")).point())
        .hasToString(
            "a2f2624fda29c88ccacd286b560572d8c1261a5687e0c0cdbdcbef93bf0ec5c373563fac64a2cb5bb326cc6"
                + "181ee65d7");
  }

  @Test
  void masksOfSharesAreDerived() {
    Scalar scalar = scalar(12_345);
    G1 identity = G1.hash("SUI-SEAL-IBE-BLS12381-00\0".getBytes(StandardCharsets.US_ASCII));
    byte[] shared = Pairing.bytes(G1.generator().times(scalar), G2.generator());
    G2 nonce = G2.generator().times(scalar);
    assertThat(hex(KeyDerivation.shareMask(shared, nonce, identity, Digest.ZERO, 42)))
        .isEqualTo("89befdfd6aecdce1305ddbca891d1c29f0507cfd5225cd6b11e52e60f088ea87");
  }

  @Test
  void permissionedServersDeriveTheirMasterKeys() {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 1);
    assertThat(hex(MasterKey.derive(seed, 42).scalar().toBigEndian()))
        .isEqualTo("17d496df95e12b5caec0c4a15b09a5ea41b4fb1cf3ba28f1c6c72556846a6db6");
  }

  @Test
  void masterKeysGiveUserKeys() {
    assertThat(first().point())
        .hasToString(
            "9376bdfac1abac0d81685c6ac9c944636709b76b500edaf20332b02b14de1b483996c68de07e77efad144ce"
                + "01c6388e4");
    assertThat(second().point())
        .hasToString(
            "a19f8891f888b65c4809bfa3181f8b26457c15bb41dbe61109b4ff5e06064e8afc95f70980f1ec1ef9b674b"
                + "51f0d678d");
  }

  @Test
  void opensWhatTheCommandLineSealed() {
    EncryptedObject object = decode(SEALED_BY_COMMAND_LINE);
    Digest one = object.shares().get(0).server();
    Digest two = object.shares().get(1).server();
    Digest three = object.shares().get(2).server();
    Map<Digest, PublicKey> servers =
        Map.of(
            one,
            publicKey(
                "877da4fe90156295283ff79e8473305b15744b8c7a49448444fa8b11db41eb0d3342eca266a0dcb5ea2"
                    + "be821c77862761834150b3f9b92094c205015f715bcddee2b66e313d72c77261a66aa4f7e3206"
                    + "ee1b898e44a0464ef202cc101d22cd01"),
            two,
            publicKey(
                "8a87e93fa775d39af2b2c55467e092b6723ecc60e327bd88810e0ad15785489bd52e887a8ad352032a4"
                    + "cf7bc950e9c7a102d1167365ac90af850f5d306ee5f5296116d957808ade429917accf65270a3"
                    + "3801bcf6a7d9cff17f303e82290beebf"),
            three,
            publicKey(
                "9091d93753906661a9fcd7c705f96bdde5a9f93205f6144afaa9f950185c314a33c647a85308754b62b"
                    + "70a6cab45a3a60280b900f78998f710d84544371450d909b861d3ac2a508f9eb716c5198f8911"
                    + "d18018b083d21a5131863b5b3226a0fa"));
    assertThat(object.id()).isEqualTo(ID);
    assertThat(opened(object, Map.of(one, first(), two, second()), servers))
        .isEqualTo("Hello, world!");
    assertThat(object.encode().hex()).isEqualTo(SEALED_BY_COMMAND_LINE);
  }

  @Test
  void opensWhatTheTypeScriptClientSealed() {
    EncryptedObject object = decode(SEALED_BY_CLIENT);
    Digest one = object.shares().get(0).server();
    Digest two = object.shares().get(1).server();
    UserKey first =
        userKey(
            "abe09fb34c00508aec5ba32657388453b09df06ffda7e2e84ba79016ef9ac60c865d0c5e231bd2be187d42f"
                + "88ad17fd6");
    UserKey second =
        userKey(
            "80962df1763bc11aa373fe572c52bb04840a604bbf3fa57c0d75fe987c55ac1b42934b36cf775e02cf1f639"
                + "e3a4e77e9");
    PublicKey firstServer =
        publicKey(
            "a8efa40cb7f94048904b26526a6d7cb1363d5b6e5d317d06eefda3a62c685c20c20018dff944c9ed67293be"
                + "c5dfafeb211aa615a8f4bcb0d1e7257bc9701ec2da9d45ae6b0ed2bf3aae350f841bf550cf145c782"
                + "d132d4dcf76afb35515a652b");
    PublicKey secondServer =
        publicKey(
            "af022ea8355995b863a43b6634954a3af5ec9cc14084fabcfce79367c35d0b03d4fd15e912704e64175f3d2"
                + "a58829ab013379982bda344f2b65fc04813ea9f0ae920a6ae165d0fc9cb3f7d20cde5a3883ee660a0"
                + "c5e8221ff5a3aae6babe669a");
    assertThat(first.isFor(object.id(), firstServer)).isTrue();
    assertThat(second.isFor(object.id(), secondServer)).isTrue();
    assertThat(
            ThresholdEncryption.open(
                object,
                Map.of(one, first, two, second),
                Map.of(one, firstServer, two, secondServer)))
        .isEqualTo(Bytes.ofHex("010203"));
  }

  @Test
  void aServerOfEnoughWeightOpensAlone() {
    EncryptedObject object = decode(SEALED_BY_WEIGHT);
    MasterKey heavy = master("598efdc9a8791303a40d6c197fe639a6f41ad33313008a55778f42167e547e99");
    MasterKey light = master("182face78dda79b6f63157688c1dd5f2b86c1a53bf390d58415bf7ec1a5bc3f3");
    Digest one = object.shares().get(0).server();
    Digest other = object.shares().get(2).server();
    assertThat(
            opened(
                object,
                Map.of(one, heavy.extract(object.id())),
                Map.of(one, heavy.publicKey(), other, light.publicKey())))
        .isEqualTo("Hello, world!");
  }

  @Test
  void dataIsEncryptedAsElsewhere() {
    byte[] data =
        ("The difference between a Miracle and a Fact is exactly the difference between a mermaid"
                + " and a seal.")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] key =
        HexFormat.of().parseHex("43041389faab1f789fa56722b1def4c3ec6da22675e9bd8ad7329cd931bc840a");
    byte[] associated = "Mark Twain".getBytes(StandardCharsets.US_ASCII);
    Ciphertext ciphertext = DataEncryption.encrypt(key, Mode.AES_256_GCM, data, associated);
    assertThat(((Ciphertext.Aes256Gcm) ciphertext).blob())
        .isEqualTo(
            Bytes.ofHex(
                "a3a5c857ee27937f43ccfb42b41ca2155c9a4a77a8e54af35f78a78ff102206142d1be22dfc39a63744"
                    + "63255934ae640adceeffb17e56b9190d8c5f6456e9e7ff1c4eaa45114b640b407efd371f26b1f"
                    + "7d7e48bd86d742a01c0ad7dbe18b86df188e27cb029978b7fd243d9a63bdabd76aa478"));
    assertThat(DataEncryption.decrypt(key, ciphertext)).isEqualTo(data);
  }

  private static UserKey first() {
    return master("1aa66668afc1893b66eb5ad690b14b32b41797dd92f7220b11f7441b11d22bfb").extract(ID);
  }

  private static UserKey second() {
    return master("0740419bedd2fdfb036f468a99d95d2f37ad66eb3111b815ca19ec001c35388a").extract(ID);
  }

  private static String opened(
      EncryptedObject object, Map<Digest, UserKey> keys, Map<Digest, PublicKey> servers) {
    return new String(
        ThresholdEncryption.open(object, keys, servers).array(), StandardCharsets.UTF_8);
  }

  private static EncryptedObject decode(String hex) {
    return EncryptedObject.decode(HexFormat.of().parseHex(hex));
  }

  private static MasterKey master(String hex) {
    return new MasterKey(Scalar.ofBigEndian(HexFormat.of().parseHex(hex)));
  }

  private static Scalar scalar(int value) {
    return Scalar.ofBigEndian(java.nio.ByteBuffer.allocate(Scalar.BYTES).putInt(28, value).array());
  }

  private static UserKey userKey(String hex) {
    return new UserKey(G1.decompress("the user key", HexFormat.of().parseHex(hex)));
  }

  private static PublicKey publicKey(String hex) {
    return PublicKey.of(Bytes.ofHex(hex));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
