#include "storage/open_log.hpp"
#include "storage/recorded_event.hpp"
#include "tests/projections/consent/opt_out_log.hpp"
#include "tests/replay-tools/tool.hpp"

#include <optional>

namespace tidemark::contact_at_test {
namespace {

using tool::run;

/// A stopped folder in which Ana says STOP and Aloware is told.
class ContactAt : public testing::Test {
protected:
  ContactAt() {
    storage::OpenOptions options;
    options.folder = folder.path() + "/data";
    const auto open = storage::open_log(options, &clock).value();
    const KeyedHasher hasher(open->pepper());
    sample::StopStory story(open->log(), hasher);
    story.known();
    story.stop();
    story.confirm();
    at = story.at;
    stopped = to_rfc3339(story.time_of(at.told));
    end = open->log().durable();
  }
  tool::Outcome explain(const std::string& arguments) {
    return run("explain --data " + folder.path() + "/data --contact " + sample::ana.value + " "
               + arguments);
  }
  tool::TemporaryFolder folder;
  sample::TickingClock clock;
  sample::StopPositions at;
  std::string stopped;
  Position end;
};

TEST_F(ContactAt, ShowsWhatWasKnownThen) {
  const auto before = explain("--at " + std::to_string(at.card.value));
  EXPECT_EQ(before.exit_code, 0) << before.out;
  EXPECT_NE(before.out.find("Nothing was known"), std::string::npos) << before.out;
  const auto then = explain("--at " + std::to_string(at.told.value));
  EXPECT_NE(then.out.find("closed"), std::string::npos) << then.out;
  EXPECT_NE(then.out.find("not confirmed"), std::string::npos) << then.out;
  EXPECT_EQ(explain("--at " + stopped).out, then.out) << "a time is as good";
  const auto now = explain("--at " + std::to_string(end.value));
  EXPECT_EQ(now.out.find("not confirmed"), std::string::npos) << now.out;
}

TEST_F(ContactAt, ShowsWhatChangedBetweenTwoPlaces) {
  const auto diff = explain("--format json --diff " + std::to_string(at.told.value) + " "
                            + std::to_string(end.value));
  EXPECT_EQ(diff.exit_code, 0) << diff.out;
  const auto change = diff.json();
  EXPECT_EQ(change["kind"], "told");
  EXPECT_EQ(change["system"], "aloware");
  EXPECT_EQ(change["before"], "closed, not confirmed");
  EXPECT_EQ(change["after"], "closed, confirmed");
  EXPECT_EQ(diff.last_json()["summary"]["changes"], 1) << diff.out;
}

TEST_F(ContactAt, SpeaksOfAnOptOutAsTheAuditDoes) {
  const auto audit = run("audit opt-outs --address +12025550142 --data " + folder.path() + "/data");
  const auto event = "(event " + std::to_string(at.stop.value) + ")";
  EXPECT_NE(audit.out.find("opted_out since"), std::string::npos) << audit.out;
  EXPECT_NE(audit.out.find(event), std::string::npos) << audit.out;
  const auto now = explain("--at " + std::to_string(end.value));
  EXPECT_NE(now.out.find("opted_out since event " + std::to_string(at.stop.value)),
            std::string::npos)
      << now.out;
}

TEST_F(ContactAt, RefusesPlacesThatThereAreNot) {
  const auto refused = [&](const std::string& arguments, const std::string& words) {
    const auto outcome = explain(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_NE(outcome.out.find(words), std::string::npos) << outcome.out;
  };
  refused("--at 0", "there is no position 0");
  refused("--at 99999", "the log has 1 to");
  refused("--at yesterday", "neither a position nor a time");
  refused("--at 2001-01-01T00:00:00Z", "nothing had been recorded");
  refused("--diff 5 4", "the earlier place first");
  refused("--at 3 --target aloware", "target");
}

} // namespace
} // namespace tidemark::contact_at_test
