#include "base/crypto.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::crypto_test {
namespace {

std::string hex(std::string_view text) {
  const auto bytes = from_hex(text);
  EXPECT_TRUE(bytes) << text;
  return bytes.value_or("");
}

TEST(Sha256, KnowsTheVectorsOfFips180) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, StartsAfreshAfterFinish) {
  Sha256 hash;
  hash.update("something else");
  hash.finish();
  hash.update("a");
  hash.update("bc");
  EXPECT_EQ(hash.finish(), sha256("abc"));
}

TEST(Hmac, KnowsTheVectorsOfRfc4231) {
  const auto mac = [](const std::string& key, const std::string& data) {
    return to_hex(hmac_sha256(key, {data}));
  };
  EXPECT_EQ(mac(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(mac("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(mac(std::string(20, '\xaa'), std::string(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(mac(hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), std::string(50, '\xcd')),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  EXPECT_EQ(mac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(mac(std::string(131, '\xaa'),
                "This is a test using a larger than block-size key and a larger than block-size "
                "data. The key needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

struct Ed25519Vector {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};
/// RFC 8032 7.1, tests 1 to 3.
constexpr Ed25519Vector ed25519_vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
     "f9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
     "f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
     "dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519, KnowsTheVectorsOfRfc8032) {
  for (const auto& v : ed25519_vectors) {
    EXPECT_EQ(to_hex(ed25519_public_key(hex(v.seed))), v.public_key);
    EXPECT_EQ(to_hex(ed25519_sign(hex(v.seed), hex(v.message))), v.signature);
    EXPECT_TRUE(ed25519_verify(hex(v.public_key), hex(v.message), hex(v.signature)));
  }
}

TEST(Ed25519, RefusesOtherMessagesKeysSignaturesAndSizes) {
  const auto& v = ed25519_vectors[2];
  const auto key = hex(v.public_key), message = hex(v.message), signature = hex(v.signature);
  EXPECT_FALSE(ed25519_verify(key, message + "x", signature));
  EXPECT_FALSE(ed25519_verify(hex(ed25519_vectors[1].public_key), message, signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    auto flipped = signature;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(ed25519_verify(key, message, flipped)) << i;
  }
  EXPECT_FALSE(ed25519_verify(key.substr(1), message, signature));
  EXPECT_FALSE(ed25519_verify(key, message, signature + "x"));
  EXPECT_FALSE(ed25519_verify("", "", ""));
  EXPECT_FALSE(ed25519_verify(std::string(32, '\0'), message, std::string(64, '\0')))
      << "the zero key is a point of small order and signs nothing";
}

constexpr std::string_view rsa_key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxvaNHGxI1BDulZnjiW8Y\n"
    "n+kPbrFIvG6FFszVndS3BYaBek4/t+uVnKelA7Xn3EDPkTV8ux6/JuKPz75BYv/P\n"
    "eQZ08FIJkSjYnnKTxB9HeDUi/wlcp6YBdZfczP+H2NwdtBEHVimM0Ng3qCf2cYrI\n"
    "KTtD23hzmcjbO9snwYfZwVdDnmDF5RzXeI/yEwODoUAncALCNRZRduoXPCl8NfEt\n"
    "lB+fekpxbOFNk2hpS3kwwR5XP0khXafRz4R2Si87EOEpZtCKMJscGTAFCHljBImk\n"
    "TCwox6EmTP7bLUx/5rgEQdkNtlILtA8Js3Sa/UbDb7Tm/VmtKE40fd34eAW1ueLT\n"
    "dwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view rsa_signature = // of "tidemark", made with openssl dgst -sha256 -sign
    "pdy6up7tC8qKfBTENCGSR7HXwFchQ7/utZg6uknF9+JyBVpjxFOkeUSxYJB9ATet1sbxw2VkoU+2"
    "ptztaZs2RtU17Gf4pfHe2HBKw75CwO8B/pSv7ZveE+D6+DCHhT89jeamLsi0sFRxCH/RrlIfzvAp"
    "P0Ps6LXZSPQ/g7VEXbVIEtU7F7tgG4hvWLeK4oGD6Gw5Hu3B2zlD8zNPu29QMCyZ9HLERCXGl7Ai"
    "oPK8NdvC/GMwi5sWp3iB4X4PPpLRcnapGlLkImgvTrH4RrMAO8JmkwjtsRk0xQ/+6PIhkx7TB8GF"
    "8DULcW6PsG2fAvthrHzSwi3g+dxSu45KwTa8GQ==";

TEST(Rsa, VerifiesWhatOpensslSigned) {
  const auto signature = *from_base64(rsa_signature);
  EXPECT_TRUE(rsa_sha256_verify(rsa_key, "tidemark", signature));
  EXPECT_FALSE(rsa_sha256_verify(rsa_key, "Tidemark", signature));
  EXPECT_FALSE(rsa_sha256_verify(rsa_key, "tidemark", signature.substr(1)));
  EXPECT_FALSE(rsa_sha256_verify("not a key", "tidemark", signature));
  EXPECT_FALSE(rsa_sha256_verify("", "tidemark", signature));
}

TEST(ConstantTime, ComparesWholeTexts) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secre"));
  EXPECT_FALSE(equal_constant_time("secret", "secrets"));
  EXPECT_FALSE(equal_constant_time("secret", "Secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(RandomBytes, AreAsManyAsAskedAndDiffer) {
  EXPECT_EQ(random_bytes(0).size(), 0U);
  EXPECT_EQ(random_bytes(33).size(), 33U);
  EXPECT_NE(random_bytes(16), random_bytes(16));
}

TEST(Passwords, AreKeptAsArgon2idWithASaltOfTheirOwn) {
  const auto hash = hash_password("correct horse battery");
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_NE(hash_password("correct horse battery"), hash);
  EXPECT_TRUE(is_password(hash, "correct horse battery"));
  EXPECT_FALSE(is_password(hash, "correct horse batterz"));
  EXPECT_FALSE(is_password(hash, ""));
  for (const auto& none : {std::string(), std::string("$argon2id$"), std::string(500, 'x')})
    EXPECT_FALSE(is_password(none, "correct horse battery")) << none;
}

RC_GTEST_PROP(Sha256, PartsAreAsGoodAsTheWhole,
              (const std::string& a, const std::string& b, const std::string& key)) {
  RC_ASSERT(sha256({a, b}) == sha256(a + b));
  RC_ASSERT(hmac_sha256(key, {a, b}) == hmac_sha256(key, {a + b}));
}

} // namespace
} // namespace tidemark::crypto_test
