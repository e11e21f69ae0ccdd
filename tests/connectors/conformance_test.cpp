#include "domain/consent/suppression.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

/// What every connector has to hold, whichever vendor it speaks to.
namespace tidemark::connectors::testing::conformance_test {
namespace {

using events::Field;

std::string fixtures_of(const Connector& connector) {
  return connector.type == "generic" ? "standard-webhooks" : std::string(connector.type);
}

/// Every setting filled: what is required by itself, secrets with words that can be searched for.
Settings filled(const Connector& connector) {
  Settings out;
  out.name = ConnectorName(std::string(connector.type));
  const auto fill = [&](std::span<const Setting> settings) {
    for (const auto& setting : settings) {
      const std::string key(setting.key);
      if (setting.kind == SettingKind::secret)
        out.secrets[key] = SecretText("hidden-" + key);
      else if (setting.kind == SettingKind::url)
        out.values[key] = "https://vendor.test";
      else if (setting.kind != SettingKind::table)
        out.values[key] = setting.default_value.empty() ? "x" : std::string(setting.default_value);
    }
  };
  fill(common_settings());
  fill(connector.settings);
  out.values.erase("location_id"); // the fixtures' own location counts
  return out;
}

std::vector<std::string> channels_of(const Connector& connector) {
  std::vector<std::string> out;
  for (const auto& channel : connector.channels)
    out.emplace_back(channel.name);
  return out;
}

bool shows_opt_out(const domain::Translation& translation) {
  return std::ranges::any_of(translation.commands, [](const domain::Command& command) {
    const auto* record = std::get_if<domain::ObserveRecord>(&command);
    const auto* message = std::get_if<domain::ObserveMessage>(&command);
    return (record && record->opt_out_seen) || (message && !message->signs.empty());
  });
}

/// Never throws, gives the same twice, says at least one thing, and peek misses no opt-out.
void expect_sound(const Connector& connector, const Settings& settings, const std::string& body,
                  const std::string& label) {
  static const Headers no_headers;
  for (const auto& channel : channels_of(connector)) {
    const auto peek = connector.peek({no_headers, body, channel}, settings);
    for (const bool stale : {false, true}) {
      const auto first = translated(connector, settings, body, channel, stale);
      ASSERT_TRUE(first == translated(connector, settings, body, channel, stale)) << label;
      ASSERT_FALSE(first.commands.empty() && first.skipped.empty() && first.broadcasts.empty())
          << label << " is lost";
      ASSERT_TRUE(peek.maybe_opt_out || !shows_opt_out(first))
          << label << ": peek missed an opt-out";
      for (const auto& part : first.skipped)
        ASSERT_FALSE(part.reason_code == Reason::none || part.text.empty()) << label;
    }
  }
}

events::DeliveryIntended intent(events::Operation operation) {
  events::DeliveryIntended out;
  out.operation = operation;
  out.fields = {{Field::first_name, "Ana\r\nX-Evil: 1"},
                {Field::last_name, "Lopez"},
                {Field::phone, "+12025550142"},
                {Field::email, "ana@example.com"}};
  out.context = out.fields;
  if (operation == events::Operation::update)
    out.remote_id = RemoteId("id\r\n1?x=/../2");
  out.forward = Position{3};
  return out;
}

/// The first requests of a create and of an update.
std::vector<HttpRequest> first_requests(const Connector& connector, const Settings& settings) {
  static const std::vector<std::pair<std::string, std::string>> forward_headers{
      {"x-ghl-signature", "c2ln\r\nX-Evil: 1"}};
  std::vector<HttpRequest> out;
  for (const auto operation : {events::Operation::create, events::Operation::update}) {
    const auto what = intent(operation);
    const DeliveryWork work{
        what, {}, 1, false, at("2026-08-14T16:00:00Z"), {}, "{\"a\":1}", forward_headers};
    const auto step = connector.next(work, settings);
    if (const auto* send = std::get_if<Send>(&step))
      out.push_back(send->request);
  }
  return out;
}

TEST(EveryConnector, IsFoundByItsTypeAndNamedOnce) {
  ASSERT_GE(all().size(), 2U);
  for (const auto& connector : all()) {
    EXPECT_EQ(find(connector.type), &connector);
    EXPECT_EQ(std::ranges::count(all(), connector.type, &Connector::type), 1) << connector.type;
    EXPECT_FALSE(connector.title.empty());
    EXPECT_FALSE(connector.channels.empty()) << connector.type;
    for (const auto function :
         {connector.verify != nullptr, connector.peek != nullptr, connector.translate != nullptr,
          connector.next != nullptr, connector.normalise != nullptr, connector.check != nullptr})
      EXPECT_TRUE(function) << connector.type;
  }
  EXPECT_EQ(find("nobody"), nullptr);
}

TEST(EveryConnector, DocumentsEachSettingOnce) {
  for (const auto& connector : all()) {
    std::vector<std::string_view> keys;
    for (const auto& settings : {common_settings(), connector.settings})
      for (const auto& setting : settings) {
        EXPECT_GT(setting.help.size(), 10U) << connector.type << " " << setting.key;
        keys.push_back(setting.key);
      }
    std::ranges::sort(keys);
    EXPECT_EQ(std::ranges::adjacent_find(keys), keys.end()) << connector.type;
  }
}

/// A body that says what it is and nothing else: it is read by its kind's rules, whatever they find
/// wrong with it.
TEST(EveryConnector, HandlesTheKindsThatItSaysItHandles) {
  for (const auto& connector : all()) {
    auto settings = filled(connector);
    settings.values["contact_events"] = "person.new";
    ASSERT_TRUE(connector.handled_kinds && connector.webhook_keys) << connector.type;
    const auto kinds = connector.handled_kinds(settings);
    EXPECT_GE(kinds.size(), 4U) << connector.type;
    for (const auto& [name, about] : kinds) {
      EXPECT_FALSE(about.empty());
      auto kind = name;
      std::erase(kind, '*');
      const auto channel = name.starts_with("broadcast")           ? "broadcast"
                           : name.starts_with("provider-delivery") ? "provider-delivery"
                                                                   : "";
      const auto body = R"({"event":")" + kind + R"(","type":")" + kind
                        + R"(","broadcastId":"b","body":{"type":1}})";
      for (const auto& part : translated(connector, settings, body, channel).skipped) {
        EXPECT_NE(part.reason_code, Reason::unknown_event_type) << connector.type << " " << name;
      }
    }
    const auto other = translated(connector, settings, R"({"event":"weather","type":"weather"})");
    ASSERT_EQ(other.skipped.size(), 1U) << connector.type;
    EXPECT_EQ(other.skipped[0].reason_code, Reason::unknown_event_type) << connector.type;
  }
}

TEST(EveryConnector, LosesNoneOfItsVendorsBodies) {
  for (const auto& connector : all()) {
    const auto files = webhook_files(fixtures_of(connector));
    ASSERT_FALSE(files.empty()) << connector.type;
    for (const auto& file : files)
      expect_sound(connector, filled(connector), fixture(fixtures_of(connector), file), file);
  }
}

TEST(EveryConnector, SurvivesHostileBodies) {
  const std::vector<std::string> bodies{
      "",
      " ",
      "null",
      "[]",
      "{}",
      "1e999",
      "\"",
      "{\"a\":\"\\ud800\"}",
      "a=b&c=d%",
      "\xEF\xBB\xBF{}",
      "{\"type\":{},\"id\":[],\"event\":{},\"body\":[],\"data\":[],\"message\":1}",
      std::string(2000, '['),
      std::string("{\"a\":\"\0\"}", 9),
      "{\"id\":123456789012345678901234567890}",
      "{\"phone\":" + std::string(500, '9') + "}",
      std::string(1 << 20, 'x')};
  for (const auto& connector : all())
    for (const auto& body : bodies)
      expect_sound(connector, filled(connector), body,
                   std::string(connector.type) + " " + body.substr(0, 40));
}

RC_GTEST_PROP(EveryConnector, SurvivesDamagedBodies, ()) {
  const auto index = *rc::gen::inRange<std::size_t>(0, all().size());
  const auto& connector = all()[index];
  auto body =
      fixture(fixtures_of(connector), *rc::gen::elementOf(webhook_files(fixtures_of(connector))));
  for (const auto& [at, byte] :
       *rc::gen::container<std::vector<std::pair<unsigned, char>>>(rc::gen::pair(
           rc::gen::arbitrary<unsigned>(),
           rc::gen::element('"', '{', '}', '[', ',', ':', '0', 't', '\\', '\xFF', ' '))))
    body[at % body.size()] = byte;
  expect_sound(connector, filled(connector), body, "damaged body");
  RC_ASSERT(!::testing::Test::HasFatalFailure());
}

TEST(EveryConnector, RefusesUnsignedBodies) {
  for (const auto& connector : all())
    for (const auto& channel : channels_of(connector)) {
      const auto verdict = connector.verify(request({}, "{}", channel), filled(connector),
                                            at("2026-08-14T16:00:00Z"));
      EXPECT_TRUE(std::holds_alternative<Forged>(verdict)) << connector.type << "/" << channel;
    }
}

TEST(EveryConnector, SendsOnlyToItsConfiguredAddress) {
  for (const auto& connector : all()) {
    const auto requests = first_requests(connector, filled(connector));
    ASSERT_EQ(requests.size(), 2U) << connector.type;
    for (const auto& sent : requests) {
      EXPECT_TRUE(sent.url.starts_with("https://vendor.test")) << connector.type << " " << sent.url;
      EXPECT_TRUE(sent.url.size() == 19 || sent.url[19] == '/') << sent.url;
      EXPECT_EQ(sent.url.find("/../"), std::string::npos) << sent.url;
      for (char c : sent.url)
        EXPECT_TRUE(c > ' ' && c <= '~') << connector.type << " " << sent.url;
      for (const auto& [name, value] : sent.headers)
        EXPECT_EQ((name + value).find_first_of("\r\n"), std::string::npos)
            << connector.type << " " << name;
    }
  }
}

TEST(EveryConnector, ShowsNoSecretInARedactedRequest) {
  std::size_t with_secret = 0;
  for (const auto& connector : all()) {
    const auto settings = filled(connector);
    const auto text_of = [](const HttpRequest& sent) {
      auto text = sent.method + sent.url + sent.body;
      for (const auto& [name, value] : sent.headers)
        text += name + value;
      return text;
    };
    for (const auto& sent : first_requests(connector, settings.redacted()))
      EXPECT_EQ(text_of(sent).find("hidden-"), std::string::npos) << connector.type;
    for (const auto& sent : first_requests(connector, settings))
      with_secret += text_of(sent).find("hidden-") != std::string::npos;
  }
  EXPECT_GT(with_secret, 0U) << "the search for secrets would find none";
}

TEST(EveryConnector, HashesARequestTheSameWithAnySecret) {
  for (const auto& connector : all()) {
    auto rotated = filled(connector);
    for (auto& [key, value] : rotated.secrets)
      value = SecretText("rotated-" + key);
    const auto before = first_requests(connector, filled(connector).redacted());
    const auto after = first_requests(connector, rotated.redacted());
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i)
      EXPECT_EQ(hash_of(before[i]), hash_of(after[i])) << connector.type;
  }
}

TEST(EveryConnector, NormalisesIdempotently) {
  for (const auto& connector : all())
    for (std::size_t i = 0; i < events::field_count; ++i)
      for (const auto* value :
           {"", " Ana  MARIA ", "+12025550142", "Ana@Example.COM", "\xFF", "O'Brien"}) {
        const auto field = static_cast<Field>(i);
        const auto once = connector.normalise(field, value);
        EXPECT_EQ(connector.normalise(field, once), once)
            << connector.type << " " << name_of(field);
      }
}

} // namespace
} // namespace tidemark::connectors::testing::conformance_test
