#include "base/keyed_hash.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace tidemark::keyed_hash_test {
namespace {

const TenantId acme{"acme"};

KeyedHasher hasher(std::string pepper = "pepper") {
  return KeyedHasher(SecretText(std::move(pepper)));
}

/// The documented input, hashed the plain way: these bytes are in every stored key.
Hash16 documented(const std::string& pepper, HashedKind kind, const std::string& tenant,
                  const std::string& qualifier, const std::string& value) {
  std::string input(1, static_cast<char>(kind));
  append_u16(input, static_cast<std::uint16_t>(tenant.size()));
  input += tenant;
  append_u16(input, static_cast<std::uint16_t>(qualifier.size()));
  input += qualifier + value;
  const auto digest = hmac_sha256(as_view(sha256(pepper)), {input});
  Hash16 out{};
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

TEST(KeyedHash, IsStoredTheSameForEver) {
  EXPECT_EQ(to_hex(hasher()(HashedKind::phone, acme, "+12025550142")),
            "2b2b873ca1fa927e990dcfb7bc3289c4");
  EXPECT_EQ(to_hex(hasher()(HashedKind::remote_id, acme, "crm", "r-1")),
            "54c8429071c2721cd667bf7b96f77a03");
}

RC_GTEST_PROP(KeyedHash, IsTheHmacOfItsDocumentedInput,
              (const std::string& pepper, const std::string& tenant, const std::string& qualifier,
               const std::string& value)) {
  const auto kind = static_cast<HashedKind>(*rc::gen::inRange(1, 9));
  RC_ASSERT(hasher(pepper)(kind, TenantId(tenant), qualifier, value)
            == documented(pepper, kind, tenant, qualifier, value));
}

TEST(KeyedHash, DiffersByPepperKindTenantQualifierAndValue) {
  const auto base = hasher()(HashedKind::remote_id, acme, "crm", "r-1");
  EXPECT_NE(base, hasher("salt")(HashedKind::remote_id, acme, "crm", "r-1"));
  EXPECT_NE(base, hasher()(HashedKind::body, acme, "crm", "r-1"));
  EXPECT_NE(base, hasher()(HashedKind::remote_id, TenantId("acm"), "crm", "r-1"));
  EXPECT_NE(base, hasher()(HashedKind::remote_id, acme, "dialer", "r-1"));
  EXPECT_NE(base, hasher()(HashedKind::remote_id, acme, "crm", "r-2"));
}

TEST(KeyedHash, PartsCannotBeShiftedIntoEachOther) {
  EXPECT_NE(hasher()(HashedKind::remote_id, acme, "crm", "1r"),
            hasher()(HashedKind::remote_id, acme, "crm1", "r"));
  EXPECT_NE(hasher()(HashedKind::remote_id, TenantId("acmec"), "rm", "1"),
            hasher()(HashedKind::remote_id, acme, "crm", "1"));
}

TEST(KeyedHash, ACopyHashesTheSame) {
  const auto original = hasher();
  const KeyedHasher copy(original); // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(copy(HashedKind::email, acme, "a@example.com"),
            original(HashedKind::email, acme, "a@example.com"));
}

} // namespace
} // namespace tidemark::keyed_hash_test
