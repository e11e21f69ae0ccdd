#include "domain/contacts/contact_facts.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/replay/decision_walk.hpp"
#include "replay-tools/what_if/differences.hpp"
#include "replay-tools/what_if/opt_out_words.hpp"
#include "replay-tools/what_if/other_history.hpp"
#include "storage/open_log.hpp"
#include "tests/replay-tools/tool.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tidemark::what_if_test {
namespace {

using namespace tidemark::tools;

const TenantId acme("acme");

/// The golden log, whose decisions today's rules made (tests/golden/make_log.py).
class GoldenLog : public testing::Test {
protected:
  GoldenLog() {
    const auto unpack = "tar xzf " TIDEMARK_SOURCE "/tests/golden/log.tar.gz -C " + folder.path();
    EXPECT_EQ(std::system(unpack.c_str()), 0);
    storage::OpenOptions options;
    options.folder = folder.path() + "/data";
    options.access = storage::Access::read;
    options.create = false;
    open = storage::open_log(options, nullptr).value();
    hasher.emplace(open->pepper());
    configuration = applied_config(open->log(), acme).value();
  }

  Differences ask(const Alternative& alternative, const WalkRange& range = {}) {
    OtherHistory history(alternative, *hasher, "");
    EXPECT_TRUE(walk_with(open->log(), history, range).has_value());
    Differences out;
    for (auto& [tenant, other] : history.tenants()) {
      add_differences(out, tenant, other);
      looked = other.looked();
    }
    return out;
  }
  Alternative with(const events::ConfigApplied& other) { return {{{acme, other}}, {}, false}; }
  void leave_out(const std::string& name) {
    std::erase_if(configuration.connectors,
                  [&](const auto& one) { return one.connector.value == name; });
    std::erase(configuration.precedence, ConnectorName(name));
  }

  tool::TemporaryFolder folder;
  std::unique_ptr<storage::OpenLog> open;
  std::optional<KeyedHasher> hasher;
  events::ConfigApplied configuration;
  Looked looked;
};

std::string described(const Differences& all) {
  std::string out;
  for (const auto* facts : {&all.contact_facts, &all.mapping_facts, &all.opt_out_facts})
    for (const auto& fact : *facts)
      out += fact.contact.value + " from " + std::to_string(fact.from.value) + " "
             + std::string(domain::name_of(fact.change.key.kind)) + " "
             + fact.change.key.system.value + " " + fact.change.key.record.value + " "
             + fact.change.key.name + ": " + (fact.change.before ? fact.change.before->text : "-")
             + " -> " + (fact.change.after ? fact.change.after->text : "-") + "\n";
  for (const auto& send : all.send_list)
    out += send.contact.value + " " + send.delivery.target.value + " " + send.delivery.what + " "
           + std::to_string(send.delivery.recorded.sent) + std::to_string(send.delivery.other.sent)
           + std::to_string(send.delivery.other.assumed) + "\n";
  return out;
}

TEST_F(GoldenLog, SameConfigurationGivesNoDifferenceAndAssumesNothing) {
  const auto found = ask(with(configuration));
  EXPECT_TRUE(found.none()) << described(found);
  EXPECT_GT(looked.decisions, 100U);
  EXPECT_EQ(looked.assumed, 0U);
  EXPECT_EQ(looked.not_recomputable, 0U);
}

TEST_F(GoldenLog, DecidedBesideTheRecordFromTheStartItComesOutAlike) {
  auto alternative = with(configuration);
  alternative.apart = true;
  const auto found = ask(alternative);
  EXPECT_TRUE(found.none()) << described(found);
  EXPECT_EQ(looked.assumed, 0U) << "every answer is in the log";
}

TEST_F(GoldenLog, AWiderWordListClosesWhomItMustAndNobodyElse) {
  Alternative alternative;
  alternative.opt_out_words = {as_words("When do you OPEN?")};
  const auto found = ask(alternative);
  EXPECT_EQ(found.opt_outs, 1U) << described(found);
  for (const auto& fact : found.opt_out_facts) {
    EXPECT_FALSE(fact.change.before) << "nobody is opened by it";
    EXPECT_TRUE(fact.change.after);
  }
}

TEST_F(GoldenLog, ATargetThatIsLeftOutGetsNothingAndItsInputsAreCounted) {
  leave_out("aloware");
  const auto found = ask(with(configuration));
  EXPECT_GT(looked.not_decided[ConnectorName("aloware")], 0U);
  EXPECT_EQ(looked.not_decided.size(), 1U);
  std::uint64_t to_aloware = 0;
  for (const auto& send : found.send_list) {
    if (send.delivery.target.value == "aloware") {
      ++to_aloware;
      EXPECT_FALSE(send.delivery.other.sent) << described(found);
    }
  }
  EXPECT_GT(to_aloware, 0U);
  for (const auto& fact : found.mapping_facts)
    if (fact.change.key.system.value == "aloware") {
      EXPECT_FALSE(fact.change.after) << described(found);
    }
}

} // namespace
} // namespace tidemark::what_if_test
