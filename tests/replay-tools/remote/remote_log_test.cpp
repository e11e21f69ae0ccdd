#include "replay-tools/remote/remote_log.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/replay-tools/running_service.hpp"
#include "tests/replay-tools/tool.hpp"

#include <chrono>
#include <optional>
#include <thread>

namespace tidemark::tools::remote_log_test {
namespace {

using storage::LogStore;

class Remote : public testing::Test {
protected:
  Remote() {
    sample::write(log, hasher);
    sample::apply_live(log, tables, hasher, log.durable());
  }
  void serve(std::chrono::milliseconds idle = std::chrono::seconds(15)) {
    server.emplace(folder.path(), log, tables, [&](auto& options) { options.limits.idle = idle; });
  }
  std::unique_ptr<RemoteReader> connect() {
    auto remote = connect_to_service(folder.path());
    EXPECT_TRUE(remote.ok()) << remote.error().text;
    return remote.ok() ? std::move(remote).value() : nullptr;
  }
  static std::vector<std::string> records(const LogStore& of, Position after, std::size_t limit) {
    std::vector<std::string> found;
    EXPECT_TRUE(of.read(after, limit, [&](std::string_view record) {
                    found.emplace_back(record);
                    return true;
                  }).ok());
    return found;
  }

  sample::StepClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  storage::MemoryTables tables;
  tool::TemporaryFolder folder;
  std::optional<tool::RunningService> server; // ends before what it serves
};

TEST_F(Remote, TellsTheSameAsTheLocalLog) {
  serve();
  const auto remote = connect();
  auto& far = remote->log();
  EXPECT_EQ(far.durable(), log.durable());
  EXPECT_EQ(far.head(), log.head());
  EXPECT_EQ(far.epoch(), log.epoch());
  EXPECT_EQ(records(far, {}, SIZE_MAX), records(log, {}, SIZE_MAX));
  EXPECT_EQ(records(far, Position{3}, 4), records(log, Position{3}, 4));
  EXPECT_EQ(far.at(Position{2}).value()->attachment, log.at(Position{2}).value()->attachment);
  EXPECT_FALSE(far.at(Position{999}).value().has_value());
  const auto tag = events::contact_tag(sample::ana);
  EXPECT_EQ(far.tagged(sample::acme, tag, {}, 100).value(),
            log.tagged(sample::acme, tag, {}, 100).value());
  EXPECT_EQ(far.tagged(sample::acme, tag, Position{5}, 2).value(),
            log.tagged(sample::acme, tag, Position{5}, 2).value());
  EXPECT_EQ(far.newest_tagged(sample::acme, tag).value(),
            log.newest_tagged(sample::acme, tag).value());
  EXPECT_EQ(far.version_of(sample::acme, events::identity_stream()).value(),
            log.version_of(sample::acme, events::identity_stream()).value());
  EXPECT_EQ(far.version_of(sample::acme, StreamName("none")).value(), StreamVersion{});
}

TEST_F(Remote, TellsTheSameAsTheLocalTables) {
  // Enough for several answers of a scan.
  std::vector<storage::Mutation> rows;
  for (int i = 0; i < 500; ++i)
    rows.push_back({"k" + std::to_string(1000 + i), std::string(400, 'v')});
  ASSERT_TRUE(tables.apply("many", rows, Position{5}).ok());
  serve();
  const auto remote = connect();
  for (const auto* table : {"many", "contacts"}) {
    std::vector<std::string> far;
    std::vector<std::string> near;
    ASSERT_TRUE(remote->tables()
                    .scan(table, "", "",
                          [&](auto key, auto value) {
                            far.push_back(std::string(key) + "=" + std::string(value));
                            return true;
                          })
                    .ok());
    ASSERT_TRUE(tables
                    .scan(table, "", "",
                          [&](auto key, auto value) {
                            near.push_back(std::string(key) + "=" + std::string(value));
                            return true;
                          })
                    .ok());
    EXPECT_EQ(far, near);
    EXPECT_FALSE(far.empty());
  }
  EXPECT_EQ(remote->tables().get("many", "k1003").value(), std::string(400, 'v'));
  EXPECT_EQ(remote->tables().get("many", "none").value(), std::nullopt);
  EXPECT_EQ(remote->tables().checkpoint("many").value(), Position{5});
}

TEST_F(Remote, ChangesNothing) {
  serve();
  const auto remote = connect();
  EXPECT_EQ(remote->tables().apply("contacts", {}, {}).error().code, "read_only");
  EXPECT_EQ(remote->tables().clear("contacts").error().code, "read_only");
  const auto outcome = storage::append_and_wait(remote->log(), {});
  EXPECT_EQ(std::get<storage::NotTaken>(outcome).reason_code, "read_only");
}

TEST_F(Remote, SeesNewEventsAfterARefresh) {
  serve();
  const auto remote = connect();
  const auto before = remote->log().durable();
  sample::Writer(log, hasher).input(events::engine_stream(), events::ConfigApplied{});
  EXPECT_EQ(remote->log().durable(), before);
  ASSERT_TRUE(remote->refresh().ok());
  EXPECT_EQ(remote->log().durable().value, before.value + 1);
  EXPECT_EQ(records(remote->log(), before, 10).size(), 1U);
}

TEST_F(Remote, AnEndedServiceIsAnErrorNotAShortAnswer) {
  serve();
  const auto remote = connect();
  server.reset();
  EXPECT_EQ(remote->log().at(Position{1}).error().code, "service_unreachable");
  EXPECT_EQ(remote->tables().checkpoint("contacts").error().code, "service_unreachable");
  EXPECT_EQ(connect_to_service(folder.path()).error().code, "service_unreachable");
}

TEST_F(Remote, GoesOnWhenTheServiceEndedAnIdleConnection) {
  serve(std::chrono::milliseconds(20));
  const auto remote = connect();
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_TRUE(remote->refresh().ok());
  }
}

TEST_F(Remote, ALogThatBecameShorterIsAnErrorNotAShortAnswer) {
  serve();
  const auto remote = connect();
  server.reset();
  storage::MemoryLog other(clock);
  const tool::RunningService another(folder.path(), other, tables);
  const auto read = remote->log().read({}, SIZE_MAX, [](auto) { return true; });
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, "service_unreachable");
}

} // namespace
} // namespace tidemark::tools::remote_log_test
