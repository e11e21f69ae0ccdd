#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "bench/load_generator.hpp"
#include "tests/sandbox/harness.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <set>

namespace tidemark::bench::load_test {
namespace {

using sandbox::parse_json;
using sandbox::test::Engine;

BodyOptions options(std::uint64_t count) {
  BodyOptions o;
  o.host = "127.0.0.1";
  o.path = "/webhooks/gohighlevel";
  o.count = count;
  o.signing_seed_hex = sandbox::Settings{}.ghl_seed_hex;
  return o;
}

TEST(LoadBodies, EachIsUniqueSignedJsonOfTheAskedSize) {
  const LoadBodies bodies(options(50));
  std::string request = bodies.blank();
  std::set<std::string> ids, contacts, phones;
  const auto key = ed25519_public_key(from_hex(options(0).signing_seed_hex).value());
  for (std::uint64_t i = 0; i < bodies.count(); ++i) {
    bodies.fill(request, i);
    const auto body = bodies.body_of(request);
    const auto json = parse_json(body);
    ASSERT_TRUE(json.is_object()) << body;
    EXPECT_EQ(body.find('@', 0), body.find("@load.example.com")) << "a place was not filled";
    EXPECT_EQ(json["webhookId"], bodies.webhook_id_of(request));
    ids.insert(json["webhookId"].get<std::string>());
    contacts.insert(json["id"].get<std::string>());
    phones.insert(json["phone"].get<std::string>());
    const auto at = request.find("X-GHL-Signature: ") + 17;
    const auto signature = from_base64(std::string_view(request).substr(at, 88));
    EXPECT_TRUE(signature && ed25519_verify(key, body, *signature));
  }
  EXPECT_EQ(ids.size(), 50U);
  EXPECT_EQ(contacts.size(), 50U);
  EXPECT_EQ(phones.size(), 50U);
  EXPECT_EQ(bodies.body_bytes(), 1536U);
}

TEST(LoadBodies, UpdatesAreAboutTheSameContacts) {
  auto o = options(10);
  o.update = true;
  o.contacts = 3;
  const LoadBodies bodies(o);
  std::string request = bodies.blank();
  std::set<std::string> contacts, changes;
  for (std::uint64_t i = 0; i < 10; ++i) {
    bodies.fill(request, i);
    const auto json = parse_json(bodies.body_of(request));
    EXPECT_EQ(json["type"], "ContactUpdate");
    contacts.insert(json["id"].get<std::string>());
    changes.insert(json["companyName"].get<std::string>());
  }
  EXPECT_EQ(contacts.size(), 3U);
  EXPECT_EQ(changes.size(), 10U);
}

TEST(LoadBodies, AScatteredRunIsAboutSomeOfTheContactsOfAnotherRunEachOnce) {
  auto o = options(40);
  std::set<std::string> known, chosen, webhooks;
  const auto gather = [&](const BodyOptions& of, std::set<std::string>& into) {
    const LoadBodies bodies(of);
    std::string request = bodies.blank();
    for (std::uint64_t i = 0; i < bodies.count(); ++i) {
      bodies.fill(request, i);
      into.insert(parse_json(bodies.body_of(request))["id"].get<std::string>());
      webhooks.emplace(bodies.webhook_id_of(request));
    }
  };
  gather(o, known);
  o.update = true;
  o.contacts = 40;
  o.contact_seed = o.seed;
  o.count = 20;
  for (o.scatter = 1; o.scatter <= 2; ++o.scatter) { // two halves make the whole
    ++o.seed;
    gather(o, chosen);
    EXPECT_EQ(chosen.size(), 20U * o.scatter);
  }
  EXPECT_EQ(chosen, known);
  EXPECT_EQ(webhooks.size(), 80U);
}

TEST(LoadGenerator, SendsEachBodyUntilItIsTakenAndWritesItDown) {
  Engine engine;
  engine.answer_with({503, 401, 429});
  const LoadBodies bodies(options(20));
  LoadOptions load;
  load.address.sin_family = AF_INET;
  load.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  load.address.sin_port = htons(
      static_cast<std::uint16_t>(std::stoul(engine.url().substr(engine.url().rfind(':') + 1))));
  load.connections = 4;
  load.progress = false;
  load.ledger = std::tmpfile();
  LoadGenerator generator(bodies, load);
  const auto result = generator.run();
  EXPECT_TRUE(result.exhausted);
  EXPECT_EQ(result.acknowledged_in_all, 19U) << "the 401 is final";
  EXPECT_EQ(result.refused.at(503), 1U);
  EXPECT_EQ(result.refused.at(429), 1U);
  EXPECT_EQ(engine.count(), 22U);
  EXPECT_EQ(result.latency.count(), 19U);

  std::rewind(load.ledger);
  std::set<std::string> written;
  char line[256];
  while (std::fgets(line, sizeof line, load.ledger) != nullptr)
    written.insert(std::string(line).substr(2, 64));
  EXPECT_EQ(written.size(), 19U);
  std::size_t known = 0;
  std::set<std::string> sent;
  for (const auto& webhook : engine.wait_for(22))
    sent.insert(to_hex(sha256(webhook.body)));
  for (const auto& hash : written)
    known += sent.count(hash);
  EXPECT_EQ(known, 19U);
  std::fclose(load.ledger);
}

TEST(Histogram, QuantilesAreWithinTwoPercent) {
  Histogram h;
  for (std::uint64_t i = 1; i <= 100'000; ++i)
    h.add(i);
  for (const double share : {0.5, 0.9, 0.99, 0.999})
    EXPECT_NEAR(static_cast<double>(h.quantile(share)), share * 100'000, share * 2'000);
  EXPECT_EQ(h.max(), 100'000U);
}

} // namespace
} // namespace tidemark::bench::load_test
