#include "storage/open_log.hpp"
#include "tests/projections/sample_log.hpp"
#include "tests/replay-tools/tool.hpp"

namespace tidemark::log_stats_test {
namespace {

using nlohmann::json;
using tool::run;

class MovedClock final : public WallClock {
public:
  Timestamp now() const override { return at; }
  Timestamp at{std::chrono::seconds{1'767'607'200}}; // 2026-01-05T10:00:00Z
};

/// Two webhooks of GoHighLevel and what was decided about one in an hour, in the next one a
/// webhook of Aloware and a delivery to it.
class LogStats : public testing::Test {
protected:
  static void SetUpTestSuite() {
    folder_ = new tool::TemporaryFolder;
    MovedClock clock;
    storage::OpenOptions options;
    options.folder = folder_->path() + "/data";
    const auto open = storage::open_log(options, &clock);
    ASSERT_TRUE(open.ok()) << open.error().text;
    const KeyedHasher hasher((*open)->pepper());
    sample::Writer writer((*open)->log(), hasher);
    webhook(writer, sample::ghl);
    const auto root = webhook(writer, sample::ghl);
    clock.at += std::chrono::minutes{20};
    writer.decide(root, 0, events::Decider::contact, root,
                  {{events::contact_stream(sample::ana), events::ContactObserved{}, {}, {}}});
    clock.at += std::chrono::minutes{60};
    webhook(writer, sample::aloware);
    writer.decide(root, 1, events::Decider::delivery, root,
                  {{events::delivery_stream(sample::aloware, sample::ana),
                    events::DeliveryRejected{},
                    {},
                    {}}});
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static Position webhook(sample::Writer& writer, const ConnectorName& from) {
    events::WebhookReceived received;
    received.connector = from;
    return writer.input(events::webhook_stream(from), received, "{}");
  }
  /// Name and number of each group; the sums are held against the last line.
  static json counts(const std::string& by) {
    const auto result =
        run("log stats --format json --by " + by + " --data " + folder_->path() + "/data");
    EXPECT_EQ(result.exit_code, 0) << result.out;
    json out = json::object();
    std::uint64_t events = 0, bytes = 0;
    for (std::size_t i = 0; i + 1 < result.lines().size(); ++i) {
      const auto group = result.json(i);
      events += group["events"].get<std::uint64_t>();
      bytes += group["bytes"].get<std::uint64_t>();
      out[group[by].is_null() ? "none" : group[by].get<std::string>()] = group["events"];
    }
    const auto whole = result.last_json()["summary"];
    EXPECT_EQ(whole["events"], events);
    EXPECT_EQ(whole["bytes"], bytes);
    EXPECT_EQ(whole["first"], "2026-01-05T10:00:00.000000Z");
    EXPECT_EQ(whole["last"], "2026-01-05T11:20:00.000000Z");
    return out;
  }

  static inline tool::TemporaryFolder* folder_ = nullptr;
};

TEST_F(LogStats, CountByType) {
  const json wanted{{"webhook.received.v1", 3},
                    {std::string(events::ContactObserved::name), 1},
                    {std::string(events::DeliveryRejected::name), 1}};
  EXPECT_EQ(counts("type"), wanted);
}

TEST_F(LogStats, CountByStreamWithoutIds) {
  const json wanted{
      {"webhook/gohighlevel", 2}, {"webhook/aloware", 1}, {"contact", 1}, {"delivery/aloware", 1}};
  EXPECT_EQ(counts("stream"), wanted);
}

TEST_F(LogStats, CountByConnector) {
  const json wanted{{"gohighlevel", 2}, {"aloware", 2}, {"none", 1}};
  EXPECT_EQ(counts("connector"), wanted);
}

TEST_F(LogStats, CountByHour) {
  const json wanted{{"2026-01-05T10:00:00.000000Z", 3}, {"2026-01-05T11:00:00.000000Z", 2}};
  EXPECT_EQ(counts("hour"), wanted);
}

TEST_F(LogStats, TakeNoOtherGroup) {
  EXPECT_EQ(run("log stats --by contact --data " + folder_->path() + "/data").exit_code, 2);
}

} // namespace
} // namespace tidemark::log_stats_test
