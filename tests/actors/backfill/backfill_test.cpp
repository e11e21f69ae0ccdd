#include "base/text/json_reader.hpp"
#include "events/format/tags.hpp"
#include "tests/actors/engine/engine_house.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>

namespace tidemark::tests::backfill_test {
namespace {

using connectors::HttpAnswer;
using connectors::HttpRequest;
using events::BackfillKind;

constexpr int page_contacts = 20;

/// A GoHighLevel with so many contacts, and an Aloware and a generic system that take everything.
class Vendors {
public:
  explicit Vendors(int contacts) : contacts_(contacts) {}

  HttpAnswer operator()(const HttpRequest& request) {
    const std::lock_guard lock(guard_);
    if (request.url.find("/contacts/search") != std::string::npos && request.method == "POST")
      return list(request);
    ++others_;
    if (is_down)
      return json_answer(503, "{}");
    if (request.url.find("/contacts/search/duplicate") != std::string::npos)
      return json_answer(200, R"({"contact":null})");
    if (request.url.find("/webhook/forms") != std::string::npos) {
      forms_ += request.body;
      return json_answer(201, R"({"message":"Contact created."})");
    }
    if (const auto at = request.url.find("phone_number=%2B"); at != std::string::npos) {
      const auto phone = request.url.substr(at + 16, 11);
      return forms_.find(phone) == std::string::npos
                 ? json_answer(404, R"({"message":"not found"})")
                 : json_answer(200,
                               fmt::format(R"({{"id":7{},"phone_number":"+{}","is_opted_out":{}}})",
                                           phone.substr(7), phone, marks.load()));
    }
    if (marks && request.url.find("/contacts/CON1") != std::string::npos)
      return json_answer(
          200, R"({"contact":{"id":"CON1","dnd":true,"dndSettings":{"SMS":{"status":"active"},)"
               R"("Call":{"status":"active"},"WhatsApp":{"status":"active"}}}})");
    return json_answer(200, fmt::format(R"({{"id":"g{}"}})", others_));
  }

  std::vector<HttpAnswer> refusals; ///< to the next lists, last first
  std::vector<std::string> cursors; ///< of all lists that were given
  int broken_at = -1;               ///< no list from behind this contact
  int short_at = -1;                ///< three contacts only behind this one
  bool ignores_cursor = false;
  std::atomic<bool> is_down = false; ///< all but the list
  std::atomic<bool> marks = false;   ///< the dialer shows that texts are not wanted
  int others() {
    const std::lock_guard lock(guard_);
    return others_;
  }
  void add_by_hand(const std::string& phone) {
    const std::lock_guard lock(guard_);
    forms_ += phone;
  }

private:
  HttpAnswer list(const HttpRequest& request) {
    if (!refusals.empty()) {
      const auto refusal = refusals.back();
      refusals.pop_back();
      return refusal;
    }
    const auto body = json::parse(request.body);
    const auto after = (*body)["searchAfter"].items();
    const auto first = after.empty() || ignores_cursor ? 0 : after.at(0).integer().value_or(0);
    const auto last = first + (first == short_at ? 3 : page_contacts);
    if (first == broken_at)
      return json_answer(503, "{}");
    cursors.push_back(std::to_string(first));
    std::string out = R"({"contacts":[)";
    for (auto n = first + 1; n <= std::min<std::int64_t>(contacts_, last); ++n)
      out += fmt::format(
          R"({}{{"id":"CON{}","firstName":"Ada","lastName":"Lovelace{}","phone":"+1202555{:04}",)"
          R"("dateUpdated":"2026-01-04T10:00:00.000Z","searchAfter":[{},"CON{}"]}})",
          n > first + 1 ? "," : "", n, n, n, n, n);
    return json_answer(200, out + "]}");
  }

  std::mutex guard_;
  int contacts_;
  int others_ = 0;
  std::string forms_;
};

void ask(EngineHouse& house, BackfillKind kind, bool dry_run = false,
         const std::string& connector = "gohighlevel") {
  storage::Append append;
  append.tenant = house.tenant;
  const ConnectorName name(connector);
  append.events.push_back({events::backfill_stream(name),
                           events::BackfillRequested{name, kind, dry_run, "test", ""},
                           {},
                           {}});
  storage::append_and_wait(house.log, std::move(append));
}

/// Waits until so many runs have ended, which nothing else tells; gives them.
std::vector<events::BackfillFinished> ended(EngineHouse& house, std::size_t count = 1) {
  while (house.all_of<events::BackfillFinished>().size() < count)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  EXPECT_TRUE(house.settle());
  return house.all_of<events::BackfillFinished>();
}

/// Does it come to so many runs of the kind, and no more within a while?
bool ended_of_kind(EngineHouse& house, BackfillKind kind, std::size_t count) {
  const auto now = [&] {
    const auto all = house.all_of<events::BackfillFinished>();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const auto& finished) { return finished.kind == kind; }));
  };
  for (int tries = 0; tries < 2000 && now() < count; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  for (int tries = 0; tries < 40 && now() == count; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  if (!house.settle()) {
    for (const auto& report : house.reports())
      if (report.waiting + report.busy > 0)
        ADD_FAILURE() << report.name << " does not come to rest";
    return false;
  }
  return now() == count;
}

ScriptedHttp::Script script(Vendors& vendors) {
  return [&vendors](const HttpRequest& request) { return vendors(request); };
}

/// Nothing is out by then: a request that were would be looked up later, and the clock stands
/// still.
void stop_behind_first_page(EngineHouse& house, Vendors& vendors) {
  vendors.broken_at = page_contacts;
  house.start();
  ask(house, BackfillKind::backfill);
  while (house.failures().empty()
         || house.all_of<events::DeliveryAccepted>().size() < 2 * page_contacts)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  house.stop();
  vendors.broken_at = -1;
}

TEST(Backfill, TakesEverybodyOverAndCountsThem) {
  Vendors vendors(45);
  EngineHouse house(script(vendors));
  house.start();
  ask(house, BackfillKind::backfill);
  const auto finished = ended(house);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].reason_code, Reason::none);
  EXPECT_EQ(finished[0].pages, 4U) << "only an empty page is the end";
  EXPECT_EQ(finished[0].counts, (events::BackfillCounts{45, 0, 45, 0, 0, 0, 0}));
  EXPECT_EQ(vendors.cursors, (std::vector<std::string>{"0", "20", "40", "45"}));
  std::set<std::string> people;
  for (const auto& recorded : house.all())
    if (std::holds_alternative<events::ContactObserved>(recorded.event))
      people.insert(recorded.envelope.stream.value);
  EXPECT_EQ(people.size(), 45U);
  EXPECT_TRUE(house.failures().empty());
}

TEST(Backfill, FindsNothingNewTheSecondTime) {
  Vendors vendors(25);
  EngineHouse house(script(vendors));
  house.start();
  ask(house, BackfillKind::backfill);
  ended(house);
  const auto sent = vendors.others();
  ask(house, BackfillKind::reconcile);
  const auto finished = ended(house, 2);
  ASSERT_EQ(finished.size(), 2U);
  EXPECT_EQ(finished[1].counts, (events::BackfillCounts{25, 25, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(house.all_of<events::DriftFound>().empty());
  EXPECT_EQ(vendors.others(), sent);
}

TEST(Backfill, GoesOnBehindTheLastRecordedPageAfterARestart) {
  Vendors vendors(60);
  EngineHouse house(script(vendors));
  stop_behind_first_page(house, vendors);
  house.start();
  EXPECT_EQ(ended(house)[0].counts.seen, 60U);
  EXPECT_EQ(house.all_of<events::BackfillFinished>().size(), 1U);
  EXPECT_EQ(vendors.cursors, (std::vector<std::string>{"0", "20", "40", "60"}));
}

TEST(Backfill, ADryRunDecidesAndSendsNothing) {
  Vendors vendors(25);
  EngineHouse house(script(vendors));
  house.start();
  ask(house, BackfillKind::backfill, true);
  const auto finished = ended(house);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].counts,
            (events::BackfillCounts{25, 0, 0, 0, 0, 0, 0, events::NotAsked{25}}));
  EXPECT_TRUE(house.all_of<events::WebhookInterpreted>().empty());
  EXPECT_EQ(vendors.others(), 0);
}

TEST(Backfill, EndsWhenTheCredentialIsRefusedTwice) {
  Vendors vendors(25);
  vendors.refusals = {json_answer(401, "{}"), json_answer(401, "{}")};
  EngineHouse house(script(vendors));
  house.start();
  ask(house, BackfillKind::backfill);
  const auto finished = ended(house);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].reason_code, Reason::unauthorized);
  EXPECT_TRUE(vendors.cursors.empty());
}

TEST(Backfill, ReconcilesByItselfWhenItIsTime) {
  Vendors vendors(5);
  EngineHouse house(script(vendors));
  house.reconcile_every = std::chrono::hours{24};
  house.start();
  EXPECT_EQ(ended(house)[0].kind, BackfillKind::reconcile);
  house.clock.advance(std::chrono::hours{23});
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.all_of<events::BackfillRequested>().size(), 1U);
  house.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(ended(house, 2)[1].counts.mapped, 5U);
  EXPECT_EQ(house.all_of<events::BackfillRequested>()[1].by, "schedule");
}

TEST(Backfill, AShortPageInTheMiddleIsNotTheEnd) {
  Vendors vendors(50);
  vendors.short_at = page_contacts;
  EngineHouse house(script(vendors));
  house.start();
  ask(house, BackfillKind::backfill);
  EXPECT_EQ(ended(house)[0].counts.seen, 50U);
}

/// A run that cannot go on ends with the reason, instead of asking for ever.
Reason reason_for(Vendors& vendors) {
  EngineHouse house(script(vendors));
  house.start();
  ask(house, BackfillKind::backfill);
  const auto finished = ended(house);
  EXPECT_LE(finished[0].pages, 1U);
  return finished[0].reason_code;
}

TEST(Backfill, AListThatLeadsInACircleEndsTheRun) {
  Vendors vendors(50);
  vendors.ignores_cursor = true;
  EXPECT_EQ(reason_for(vendors), Reason::list_goes_in_circles);
}

TEST(Backfill, APageThatIsTooLargeEndsTheRun) {
  Vendors vendors(50);
  auto large = json_answer(200, R"({"contacts":[)");
  large.cut = true;
  vendors.refusals = {large};
  EXPECT_EQ(reason_for(vendors), Reason::too_large);
}

TEST(Backfill, ARunOverAnotherAccountsListIsNotContinued) {
  Vendors vendors(60);
  EngineHouse house(script(vendors));
  stop_behind_first_page(house, vendors);
  house.config.connectors[0].settings["location_id"] = "LOCexample0000000002";
  house.start();
  const auto finished = ended(house);
  EXPECT_EQ(finished[0].reason_code, Reason::account_changed);
  EXPECT_EQ(vendors.cursors, std::vector<std::string>{"0"});
}

TEST(Backfill, WaitsForNoSystemThatIsNotConfiguredAnyMore) {
  Vendors vendors(5);
  vendors.is_down = true;
  EngineHouse house(script(vendors));
  house.start();
  ask(house, BackfillKind::backfill);
  while (house.all_of<events::DeliveryRetryScheduled>().size() < 10)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  house.stop();
  house.config.connectors.resize(1);
  house.start();
  const auto finished = ended(house);
  EXPECT_EQ(finished[0].reason_code, Reason::none);
  EXPECT_EQ(finished[0].counts, (events::BackfillCounts{5, 0, 0, 0, 0, 5, 0}));
}

TEST(Backfill, ASystemWithoutAListSaysSo) {
  Vendors vendors(25);
  EngineHouse house(script(vendors));
  house.start();
  ask(house, BackfillKind::backfill, false, "aloware");
  const auto finished = ended(house);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].reason_code, Reason::offers_no_list);
  EXPECT_EQ(vendors.others(), 0);
}

TEST(Backfill, LooksForAMarkThatAPersonHasToSet) {
  Vendors vendors(0);
  EngineHouse house(script(vendors));
  house.look_up_every = std::chrono::hours{24 * 365};
  house.start();
  house.webhook("gohighlevel", ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z",
                                           R"("firstName":"Ada","phone":"+12025550001")"));
  ASSERT_TRUE(house.settle());
  house.webhook("gohighlevel",
                ghl_contact("ContactDndUpdate", "CON1", "2026-01-05T10:01:00.000Z",
                            R"("firstName":"Ada","phone":"+12025550001","dnd":false,"dndSettings":)"
                            R"({"SMS":{"status":"active","message":"","code":""}})"));
  ASSERT_TRUE(house.settle());
  house.clock.advance(std::chrono::minutes{4});
  ASSERT_TRUE(house.settle());
  EXPECT_TRUE(ended_of_kind(house, BackfillKind::read_back, 0));
  house.clock.advance(std::chrono::minutes{2});
  EXPECT_TRUE(ended_of_kind(house, BackfillKind::read_back, 1));
  house.clock.advance(std::chrono::minutes{30});
  EXPECT_TRUE(ended_of_kind(house, BackfillKind::read_back, 1)) << "at its times only";
  vendors.marks = true;
  house.clock.advance(std::chrono::hours{1});
  EXPECT_TRUE(ended_of_kind(house, BackfillKind::read_back, 2));
  house.clock.advance(std::chrono::hours{24});
  EXPECT_TRUE(ended_of_kind(house, BackfillKind::read_back, 2)) << "it was seen";
  for (const auto& run : house.all_of<events::BackfillFinished>())
    EXPECT_EQ(run.counts.seen, 1U);
}

std::string closes_texts(const std::string& id, const std::string& phone) {
  return ghl_contact("ContactCreate", id, "2026-01-05T10:01:00.000Z",
                     R"("firstName":"Ada","phone":")" + phone
                         + R"(","dnd":false,"dndSettings":)"
                           R"({"SMS":{"status":"active","message":"","code":""}})");
}

/// People entered the person in the dialer, which told nobody: there is no mapping to its record.
TEST(Backfill, LooksForAMarkOnARecordThatIsNotKnown) {
  Vendors vendors(0);
  vendors.add_by_hand("12025550001");
  EngineHouse house(script(vendors));
  house.look_up_every = std::chrono::hours{24 * 365};
  house.start();
  house.webhook("gohighlevel", closes_texts("CON1", "+12025550001"));
  ASSERT_TRUE(house.settle());
  vendors.marks = true;
  house.clock.advance(std::chrono::minutes{4});
  ASSERT_TRUE(house.settle());
  house.clock.advance(std::chrono::minutes{2});
  EXPECT_TRUE(ended_of_kind(house, BackfillKind::read_back, 1));
  house.clock.advance(std::chrono::hours{25});
  EXPECT_TRUE(ended_of_kind(house, BackfillKind::read_back, 1)) << "it was seen";
  for (const auto& run : house.all_of<events::BackfillFinished>())
    EXPECT_EQ(run.counts.seen, 1U);
}

/// It counted as looked for, and was so a day later.
TEST(Backfill, LooksForAMarkThatFellDueWhileItLookedForOthers) {
  Vendors vendors(0);
  vendors.add_by_hand("12025550001");
  vendors.add_by_hand("12025550002");
  EngineHouse house(script(vendors));
  house.look_up_every = std::chrono::hours{24 * 365};
  house.start();
  house.webhook("gohighlevel", closes_texts("CON1", "+12025550001"));
  ASSERT_TRUE(house.settle());
  house.clock.advance(std::chrono::minutes{2});
  house.webhook("gohighlevel", closes_texts("CON2", "+12025550002"));
  ASSERT_TRUE(house.settle());
  house.clock.advance(std::chrono::minutes{2});
  ASSERT_TRUE(house.settle());
  vendors.is_down = true;
  house.clock.advance(std::chrono::minutes{2});
  for (int i = 0; i < 2'000 && house.failures().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  ASSERT_FALSE(house.failures().empty());
  house.clock.advance(std::chrono::minutes{2});
  vendors.is_down = false;
  house.clock.advance(std::chrono::minutes{2});
  EXPECT_TRUE(ended_of_kind(house, BackfillKind::read_back, 2));
}

} // namespace
} // namespace tidemark::tests::backfill_test
