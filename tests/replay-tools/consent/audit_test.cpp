#include "base/crypto.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/open_log.hpp"
#include "storage/records/prepared.hpp"
#include "storage/remote/log_server.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/consent/opt_out_log.hpp"
#include "tests/replay-tools/tool.hpp"

#include <fstream>
#include <memory>
#include <optional>

namespace tidemark::audit_test {
namespace {

using tool::run;

/// A stopped data folder without any table in which Ana said STOP, Aloware confirmed it, and a
/// message left all the same at the end.
class Audit : public testing::Test {
protected:
  static void SetUpTestSuite() {
    folder_ = new tool::TemporaryFolder;
    storage::OpenOptions options;
    options.folder = folder_->path() + "/data";
    static const sample::TickingClock clock;
    const auto open = storage::open_log(options, &clock);
    ASSERT_TRUE(open.ok()) << open.error().text;
    const KeyedHasher hasher((*open)->pepper());
    sample::StopStory story((*open)->log(), hasher);
    story.known();
    call_ = park(story.writer());
    story.stop();
    release(story.writer(), named_ = sample::receive(story.writer(), "contact"));
    stopped_ = to_rfc3339(story.time_of(story.at.stop));
    story.confirm();
    confirmed_ = to_rfc3339(story.time_of(story.at.confirmed));
    at_ = story.at;
    judge_by_time(story.writer());
    violation_ = story.send("d-after");
    head_ = to_hex((*open)->log().head());
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::vector<events::Tag> waits() { return {events::parked_tag(Hash16{})}; }
  /// A call of somebody who is not known yet.
  static Position park(sample::Writer& writer) {
    const auto call = sample::receive(writer, "call");
    events::WebhookInterpreted meaning;
    meaning.webhook = call;
    const events::CommandParked parked{
        call, 0, events::CommandKind::observe_call, "aloware contact 90002", {}, {}};
    writer.decide(call, 0, events::Decider::interpreter, call,
                  {{events::identity_stream(), parked, waits(), {}},
                   {events::identity_stream(), meaning, {}, {}}});
    return call;
  }
  /// The other input names the person, and the call is decided.
  static void release(sample::Writer& writer, Position by) {
    events::WebhookInterpreted meaning;
    meaning.webhook = by;
    meaning.commands.push_back({2, 0, call_, events::CommandKind::observe_call, sample::ana});
    writer.decide(by, 5, events::Decider::interpreter, by,
                  {{events::identity_stream(), meaning, waits(), {}}});
    events::CallObserved call;
    call.call.source = sample::aloware;
    writer.decide(
        by, 2, events::Decider::contact, by,
        {{events::contact_stream(sample::ana), call, {events::contact_tag(sample::ana)}, {}}});
  }
  /// The gate looks at two messages: by the contact's own clock, and by a configured zone.
  static void judge_by_time(sample::Writer& writer) {
    for (const auto* from : {"contact", "default"}) {
      events::ActionIntended send;
      send.delivery = DeliveryId(std::string("d-") + from);
      send.contact = sample::ana;
      send.target = sample::aloware;
      const auto intent = writer.input(events::contact_stream(sample::ana), send, {},
                                       {events::contact_tag(sample::ana)});
      events::SendDecided gate;
      gate.delivery = send.delivery;
      gate.reason_code = Reason::opted_out;
      gate.rules =
          from == std::string("contact") ? "gate@4 quiet_hours=quiet" : "gate@4 quiet_hours=exempt";
      gate.local_time = "2026-08-14T21:30:00";
      gate.time_zone = "America/New_York";
      gate.time_zone_from = from;
      writer.decide(intent, 0, events::Decider::delivery, intent,
                    {{events::delivery_stream(sample::aloware, sample::ana),
                      gate,
                      {events::contact_tag(sample::ana)},
                      {}}});
    }
  }
  static tool::Outcome audit(const std::string& arguments) {
    return run("audit opt-outs --data " + folder_->path() + "/data " + arguments);
  }
  static inline tool::TemporaryFolder* folder_ = nullptr;
  static inline sample::StopPositions at_;
  static inline Position violation_, call_, named_;
  static inline std::string stopped_, confirmed_, head_;
};

TEST_F(Audit, ShowsStateHistoryConfirmationAndViolationFromTheLogAlone) {
  const auto result = audit("--format json --address '(202) 555-0142'");
  EXPECT_EQ(result.exit_code, 1) << result.out;
  const auto entry = result.json();
  EXPECT_EQ(entry["address"], sample::canary_phone);
  EXPECT_EQ(entry["channels"]["sms"]["state"], "opted_out");
  EXPECT_EQ(entry["channels"]["sms"]["since"], stopped_);
  ASSERT_EQ(entry["history"].size(), 1U);
  EXPECT_EQ(entry["history"][0]["position"], at_.stop.value);
  EXPECT_EQ(entry["history"][0]["rule"], "E6.2@1");
  ASSERT_EQ(entry["propagation"].size(), 1U);
  EXPECT_EQ(entry["propagation"][0]["requested"], at_.sent.value);
  EXPECT_EQ(entry["propagation"][0]["confirmed"], at_.confirmed.value);
  EXPECT_EQ(entry["not_propagated"][0]["target"], "verity");
  ASSERT_EQ(entry["violations"].size(), 1U);
  EXPECT_EQ(entry["violations"][0]["position"], violation_.value);
  EXPECT_EQ(entry["deadlines"][0]["rule"], "confirmed_in_2_minutes");
  EXPECT_EQ(entry["deadlines"][0]["met"], true);
  EXPECT_EQ(result.last_json()["summary"]["violations"], 1);
  EXPECT_EQ(result.last_json()["summary"]["hash"], head_);
}

TEST_F(Audit, AsOfIsWhatHadBeenReceivedByThen) {
  const auto before = audit("--format json --address +12025550142 --as-of 2026-01-01T00:00:00Z");
  EXPECT_EQ(before.exit_code, 0) << before.out;
  EXPECT_EQ(before.json()["channels"]["sms"]["state"], "never_said");
  const auto then = audit("--format json --address +12025550142 --as-of " + confirmed_);
  EXPECT_EQ(then.exit_code, 0) << then.out;
  EXPECT_EQ(then.json()["channels"]["sms"]["state"], "opted_out");
  EXPECT_EQ(then.json()["violations"].size(), 0U);
  EXPECT_EQ(then.last_json()["summary"]["position"], at_.confirmed.value);
}

/// A log of its own, written by the test.
class AuditOf : public testing::Test {
protected:
  AuditOf() {
    storage::OpenOptions options;
    options.folder = folder.path() + "/data";
    open = storage::open_log(options, &clock).value();
    hasher.emplace((*open).pepper());
    story.emplace(open->log(), *hasher);
  }
  /// Closes the log first.
  tool::Outcome audit(const std::string& arguments) {
    story.reset();
    open.reset();
    return run("audit opt-outs --data " + folder.path() + "/data " + arguments);
  }
  tool::TemporaryFolder folder;
  sample::TickingClock clock;
  std::unique_ptr<storage::OpenLog> open;
  std::optional<KeyedHasher> hasher;
  std::optional<sample::StopStory> story;
};

TEST_F(AuditOf, ATimeCountsWhatWasReceivedByThenAndDecidedLater) {
  story->known();
  const auto earlier = sample::receive(story->writer(), "STOP, to be carried over");
  story->stop();
  const auto stopped = to_rfc3339(story->time_of(story->at.stop));
  const auto at = story->at;
  auto carried = story->statement(events::ConsentChange::revoked, earlier);
  carried.channels = {events::Channel::call};
  carried.reason_code = Reason::carried_over;
  const auto joining = sample::receive(story->writer(), "joined");
  story->writer().decide(joining, 0, events::Decider::interpreter, joining,
                         {{events::consent_stream(story->hash), carried, {}, {}}});
  const auto then = audit("--format json --address +12025550142 --as-of " + stopped);
  EXPECT_EQ(then.json()["channels"]["sms"]["state"], "opted_out") << then.out;
  EXPECT_EQ(then.json()["channels"]["call"]["state"], "never_said") << "they were joined later";
  EXPECT_EQ(then.json()["propagation"].size(), 0U);
  EXPECT_EQ(then.json()["deadlines"][0]["state"], "open");
  EXPECT_EQ(then.last_json()["summary"]["position"], at.said.value + 1);
}

TEST_F(AuditOf, WhatLayInTheSpoolWasReceivedWhenItCameIn) {
  story->known();
  const auto spooled_at = clock.now();
  const auto while_down = clock.now();
  events::WebhookReceived webhook;
  webhook.connector = ConnectorName("verity");
  webhook.maybe_opt_out = true;
  webhook.spooled_at = spooled_at;
  const auto stop = story->writer().input(events::webhook_stream(webhook.connector), webhook);
  auto said = story->statement(events::ConsentChange::revoked, stop);
  ASSERT_GT(said.received_at, while_down) << "recorded by the next start";
  said.received_at = spooled_at;
  story->say(said);
  const auto then = audit("--format json --address +12025550142 --as-of " + to_rfc3339(while_down));
  EXPECT_EQ(then.json()["channels"]["sms"]["state"], "opted_out") << then.out;
  EXPECT_EQ(then.json()["channels"]["sms"]["since"], to_rfc3339(spooled_at));
  const auto earlier = audit("--format json --address +12025550142 --as-of "
                             + to_rfc3339(spooled_at - std::chrono::seconds(1)));
  EXPECT_EQ(earlier.json()["channels"]["sms"]["state"], "never_said") << earlier.out;
}

/// Keeps no answers: the log that it is given to answers at once.
class NoAnswers final : public storage::CompletionSink {
  void settled(std::span<storage::Settled>) override {}
};

TEST_F(AuditOf, AReportSaysHowManyEventsItDoesNotKnow) {
  storage::MemoryLog newer(clock);
  const storage::MemoryTables tables;
  sample::StopStory told(newer, *hasher);
  told.known();
  storage::Append append;
  append.tenant = sample::acme;
  append.events.push_back({events::admin_stream(), events::TimerDue{"newer", "newer"}, {}, {}});
  auto prepared = storage::prepare(std::move(append));
  ASSERT_TRUE(prepared.ok());
  prepared->events.front().envelope.type = "consent.forgotten.v1";
  NoAnswers sink;
  newer.submit(*std::move(prepared), sink, 0);
  const auto server = storage::LogServer::start(folder.path() + "/data", newer, tables);
  ASSERT_TRUE(server.ok()) << server.error().text;
  const auto file = folder.path() + "/report.json";
  const auto result = audit("--all --out " + file);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.out.find("1 events have types"), std::string::npos) << result.out;
  std::ifstream in(file);
  const auto report = nlohmann::ordered_json::parse(in, nullptr, false);
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report["report"]["summary"]["unknown_events"], 1);
}

TEST_F(AuditOf, TextSaysWhyWhenAndForWhomItWasDecided) {
  story->known();
  story->stop();
  auto said = story->statement(events::ConsentChange::ignored, story->at.stop);
  said.reason_code = Reason::stronger_evidence_stands;
  said.alias_of = AddressHash(Hash16{0xaa});
  const auto later = sample::receive(story->writer(), "flag");
  said.input = later;
  const auto decided = story->say(said);
  const auto text = audit("--address +12025550142").out;
  for (const auto& part :
       {"decided at event " + std::to_string(decided.value) + "\n",
        std::string("stronger_evidence_stands: "), std::string("with the hash aa"),
        "contact " + sample::ana.value + ": aloware opt_out: not confirmed",
        "contact " + sample::ana.value + ": verity was not told"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST_F(Audit, ANumberIsOneOrIsRefused) {
  EXPECT_EQ(audit("--address 442079460123").exit_code, 0) << "the plus sign was left out";
  for (const auto* cut_off : {"'(415) 55-0100 12'", "'49 155 010'", "'(44) 20 794 601 23'"})
    EXPECT_EQ(audit("--address " + std::string(cut_off)).exit_code, 2) << cut_off;
  const auto at = " --data " + folder_->path() + "/data";
  const auto unknown = run("explain --contact 442079460123" + at);
  EXPECT_EQ(unknown.exit_code, 1) << unknown.out;
  EXPECT_EQ(run("explain --contact '(44) 20 794 601 23'" + at).exit_code, 2);
}

TEST_F(Audit, AllMasksUnlessItIsToldWhyNot) {
  const auto masked = audit("--format json --all");
  EXPECT_EQ(masked.json()["address"], "***42");
  EXPECT_EQ(masked.out.find("2025550142"), std::string::npos);
  EXPECT_EQ(audit("--all --reveal").exit_code, 2);
  const auto full = audit("--format json --all --reveal --reason audit");
  EXPECT_EQ(full.json()["address"], sample::canary_phone);
  EXPECT_EQ(audit("").exit_code, 2);
  EXPECT_EQ(audit("--all --as-of yesterday").exit_code, 2);
  EXPECT_EQ(audit("--all --as-of 2999-01-01T00:00:00Z").exit_code, 2) << "nobody knows that yet";
  EXPECT_EQ(audit("--address nobody").exit_code, 2);
  EXPECT_EQ(audit("--address 5550142").exit_code, 2) << "no number has seven digits";
  EXPECT_EQ(audit("--all --tenant nope").exit_code, 2) << "a misspelt name is no clean bill";
  EXPECT_EQ(audit("--all --from 2026-02-01T00:00:00Z --until 2026-01-01T00:00:00Z").exit_code, 2);
  EXPECT_EQ(audit("--all --from 2026-02-01T00:00:00Z --as-of 2026-01-01T00:00:00Z").exit_code, 2);
}

TEST_F(Audit, AWindowLimitsTheListsNotTheState) {
  const auto later = audit("--format json --address +12025550142 --from 2030-01-01T00:00:00Z");
  EXPECT_EQ(later.exit_code, 0) << later.out;
  EXPECT_EQ(later.json()["channels"]["sms"]["state"], "opted_out");
  EXPECT_EQ(later.json()["history"].size(), 0U);
  EXPECT_EQ(audit("--format json --all --from 2030-01-01T00:00:00Z").lines().size(), 1U);
}

TEST_F(Audit, TheReportCarriesItsHashAndSaysThatItIsNotSigned) {
  const auto file = folder_->path() + "/report.json";
  EXPECT_EQ(audit("--all --out " + file).exit_code, 1);
  std::ifstream in(file);
  const auto report = nlohmann::ordered_json::parse(in, nullptr, false);
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report["signed"], false);
  EXPECT_EQ(report["sha256"], to_hex(sha256(report["report"].dump())));
  EXPECT_EQ(report["report"]["summary"]["hash"], head_);
  EXPECT_EQ(audit("--all --out /nowhere/report.json").exit_code, 74);
}

TEST_F(Audit, ExplainTellsOfTheConsentAndOfWhoWasTold) {
  const auto at = " --data " + folder_->path() + "/data";
  const auto chain = run("explain --webhook " + std::to_string(at_.stop.value) + at).out;
  for (const auto* part :
       {"It was read as", "The person opted out: sms, by verity.", "aloware shall opt out (sms).",
        "it is done, and was read back", "what Tidemark sends through it is decided here each time",
        "verity          consent    skipped"})
    EXPECT_NE(chain.find(part), std::string::npos) << part << "\n" << chain;
  const auto one = run("explain --format json --delivery " + sample::telling.value + at);
  EXPECT_EQ(one.json()["targets"]["aloware"]["outcome"], "applied") << one.out;
}

TEST_F(Audit, ExplainTellsWhatQuietHoursSaidAndHowTheTimeWasKnown) {
  const auto chain_of = [](const std::string& delivery) {
    return run("explain --delivery " + delivery + " --data " + folder_->path() + "/data").out;
  };
  const auto own = chain_of("d-contact"), configured = chain_of("d-default");
  EXPECT_NE(own.find("Quiet hours forbid it. Where the person is it was 2026-08-14T21:30:00, by "
                     "the contact's time zone."),
            std::string::npos)
      << own;
  EXPECT_EQ(own.find("New_York"), std::string::npos) << "it is a value of a field";
  EXPECT_NE(configured.find("it answers the person's own words. Where the person is it was "
                            "2026-08-14T21:30:00, by a configured time zone (America/New_York)."),
            std::string::npos)
      << configured;
}

TEST_F(Audit, ExplainTellsWhatIsParkedAndWhatReleasedIt) {
  const auto at = " --data " + folder_->path() + "/data";
  const auto call = std::to_string(call_.value);
  const auto chain = run("explain --webhook " + call + at).out;
  EXPECT_NE(chain.find("[parked(waiting for aloware contact 90002)]"), std::string::npos) << chain;
  EXPECT_NE(chain.find("What waited in " + call + " is released"), std::string::npos) << chain;
  EXPECT_NE(chain.find("aloware tells of a call with the contact"), std::string::npos) << chain;
  const auto json = run("explain --format json --webhook " + call + at).json();
  bool parked = false;
  for (const auto& entry : json["chain"])
    parked = parked || entry["waiting_for"] == "aloware contact 90002";
  EXPECT_TRUE(parked);
  // The other way round: the input that released it leads back to what waited.
  const auto back = run("explain --webhook " + std::to_string(named_.value) + at).out;
  EXPECT_NE(back.find("parked(waiting for"), std::string::npos) << back;
}

TEST_F(Audit, LogShowMasksWhatWasSaid) {
  const auto at = " --data " + folder_->path() + "/data";
  const auto shown = run("log show " + std::to_string(at_.said.value) + at).out;
  EXPECT_EQ(shown.find("2025550142"), std::string::npos) << shown;
  EXPECT_NE(shown.find("message_text"), std::string::npos) << shown;
}

TEST_F(Audit, TextIsReadableByAnAuditor) {
  const auto text = audit("--address +12025550142").out;
  for (const auto* part :
       {"sms       opted_out since", "by person (verity, message text, rule E6.2@1)",
        "aloware opt_out: confirmed at event", "read back", "verity was not told",
        "VIOLATION at event", "1 violations"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

/// In a folder of its own: Aloware took what its calls can do, then a person set its mark.
TEST(AuditOfASystemThatPeopleMark, SaysWhatIsLeftToDoUntilItIsDone) {
  const tool::TemporaryFolder folder;
  const auto data = folder.path() + "/data";
  const auto tell = [&](const auto& write) {
    storage::OpenOptions options;
    options.folder = data;
    const sample::TickingClock clock;
    const auto open = storage::open_log(options, &clock);
    ASSERT_TRUE(open.ok()) << open.error().text;
    const KeyedHasher hasher((*open)->pepper());
    sample::StopStory story((*open)->log(), hasher);
    write(story);
  };
  tell([](sample::StopStory& story) {
    story.known();
    story.stop();
    story.confirm(Reason::lists_left_mark_not_writable);
  });
  const auto text = [&] { return run("audit opt-outs --address +12025550142 --data " + data).out; };
  const auto open = text();
  EXPECT_NE(open.find("aloware opt_out: taken in part at event"), std::string::npos) << open;
  EXPECT_NE(open.find("To do by hand: Set do-not-contact"), std::string::npos) << open;
  EXPECT_EQ(open.find("confirmed at"), std::string::npos) << open;
  const auto chain = run("explain --webhook 2 --data " + data).out;
  EXPECT_NE(chain.find("what its calls can do is done. The person was taken off"),
            std::string::npos)
      << chain;
  tell([](sample::StopStory& story) { story.mark(sample::aloware_id); });
  const auto done = text();
  EXPECT_NE(done.find("the mark that a person set there came with event"), std::string::npos)
      << done;
  EXPECT_EQ(done.find("by hand"), std::string::npos) << done;
}

} // namespace
} // namespace tidemark::audit_test
