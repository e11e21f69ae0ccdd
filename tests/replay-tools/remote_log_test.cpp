#include "storage/log/memory_log.hpp"
#include "storage/remote/log_protocol.hpp"
#include "storage/remote/log_server.hpp"
#include "storage/remote/remote_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/sample_log.hpp"
#include "tests/replay-tools/tool.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace tidemark::storage::remote_log_test {
namespace {

class Remote : public testing::Test {
protected:
  Remote() {
    sample::write(log, hasher);
    sample::apply_live(log, tables, hasher, log.durable());
  }
  void serve(std::size_t connections_max = 16) {
    auto started = LogServer::start(folder.path(), log, tables, connections_max);
    ASSERT_TRUE(started.ok()) << started.error().text;
    server = std::move(started).value();
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
  MemoryLog log{clock};
  MemoryTables tables;
  tool::TemporaryFolder folder;
  std::unique_ptr<LogServer> server; // ends before what it serves
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
}

TEST_F(Remote, TellsTheSameAsTheLocalTables) {
  // Enough for several answers of a scan.
  std::vector<Mutation> rows;
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
  const auto outcome = append_and_wait(remote->log(), {});
  EXPECT_EQ(std::get<NotTaken>(outcome).reason_code, "read_only");
}

TEST_F(Remote, SeesNewEventsAfterARefresh) {
  serve();
  const auto remote = connect();
  const auto before = remote->log().durable();
  sample::Writer(log, hasher).input(events::engine_stream(), events::ConfigApplied{});
  EXPECT_EQ(remote->log().durable(), before);
  const auto named =
      remote->log().newest_tagged(sample::acme, stream_tag(events::engine_stream())).value();
  EXPECT_GT(named, before);
  EXPECT_TRUE(remote->log().at(named).value().has_value()) << "what a tag names can be read";
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

TEST_F(Remote, OnlyTheOwnerMayOpenTheSocket) {
  serve();
  struct stat found {};
  ASSERT_EQ(::stat((folder.path() + "/log.sock").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(Remote, TooManyToolsAreTurnedAway) {
  serve(1);
  const auto first = connect();
  EXPECT_FALSE(connect_to_service(folder.path()).ok());
  EXPECT_TRUE(first->refresh().ok());
}

TEST_F(Remote, NonsenseAndOversizeEndNothingButTheirConnection) {
  serve();
  const auto good = connect();
  for (const auto& message : {std::string(1, '\x63'), std::string("\x03\xff\xff\xff\xff", 5),
                              std::string(wire::question_bytes_max + 1, 'x')}) {
    UnixSocket socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = folder.path() + "/log.sock";
    std::copy(path.begin(), path.end(), address.sun_path);
    ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    wire::send_message(socket, message);
    std::string answer;
    const bool answered = wire::receive_message(socket, answer, 1024);
    EXPECT_TRUE(!answered || answer.front() == '\1');
    EXPECT_TRUE(good->refresh().ok());
  }
}

TEST_F(Remote, ASocketLeftByADeadProcessIsReplaced) {
  serve();
  server.reset();
  {
    UnixSocket left(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = folder.path() + "/log.sock";
    std::copy(path.begin(), path.end(), address.sun_path);
    ASSERT_EQ(::bind(left.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  EXPECT_FALSE(connect_to_service(folder.path()).ok());
  serve();
  EXPECT_NE(connect(), nullptr);
}

} // namespace
} // namespace tidemark::storage::remote_log_test
