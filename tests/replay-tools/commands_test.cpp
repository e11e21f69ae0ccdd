#include "storage/open_log.hpp"
#include "storage/remote/log_server.hpp"
#include "tests/projections/sample_log.hpp"
#include "tests/replay-tools/tool.hpp"

#include <fstream>
#include <set>

namespace tidemark::commands_test {
namespace {

using tool::run;

/// A stopped data folder with the sample in it; its tables stand at the log's end.
class Tool : public testing::Test {
protected:
  static void SetUpTestSuite() {
    folder_ = new tool::TemporaryFolder;
    storage::OpenOptions options;
    options.folder = data();
    static const sample::StepClock clock;
    const auto open = storage::open_log(options, &clock);
    ASSERT_TRUE(open.ok()) << open.error().text;
    const KeyedHasher hasher((*open)->pepper());
    at_ = sample::write((*open)->log(), hasher);
    end_ = (*open)->log().durable();
    sample::apply_live((*open)->log(), (*open)->tables(), hasher, end_);
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string data() { return folder_->path() + "/data"; }
  static std::string in_data(const std::string& arguments) {
    return arguments + " --data " + data();
  }
  /// A copy that a test may damage.
  static std::string copy(const tool::TemporaryFolder& to) {
    std::filesystem::copy(data(), to.path() + "/data", std::filesystem::copy_options::recursive);
    return to.path() + "/data";
  }

  static inline tool::TemporaryFolder* folder_ = nullptr;
  static inline sample::Positions at_;
  static inline Position end_;
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(Tool, ListsTheLogAsJsonLinesWithASummary) {
  const auto result = run(in_data("log list --format json"));
  ASSERT_EQ(result.exit_code, 0) << result.out;
  EXPECT_EQ(result.lines().size(), end_.value + 1);
  EXPECT_EQ(result.json(1)["type"], "webhook.received.v1");
  EXPECT_EQ(result.last_json()["summary"]["events"], end_.value);
}

TEST_F(Tool, FiltersByTypeContactConnectorAndPosition) {
  const auto count = [](const std::string& filter) {
    return run(in_data("log list --format json " + filter)).last_json()["summary"]["events"];
  };
  EXPECT_EQ(count("--type webhook.received.v1"), 2);
  EXPECT_EQ(count("--connector aloware"), 4);
  EXPECT_EQ(count("--contact " + sample::canary_phone), 9);
  EXPECT_EQ(count("--from 2 --to 3"), 2);
  EXPECT_EQ(count("--limit 4"), 4);
  EXPECT_EQ(count("--since 2030-01-01T00:00:00Z"), 0);
}

TEST_F(Tool, RefusesATenantThatNobodyKnowsAndNamesTheKnownOnes) {
  for (const auto* command :
       {"log list", "log stats", "log export", "explain --webhook 1", "mappings list", "digest",
        "replay verify", "duplicates list", "lists"}) {
    const auto result = run(in_data(std::string(command) + " --tenant nope"));
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_TRUE(holds(result.out, "nope") && holds(result.out, "acme")) << command << result.out;
  }
}

TEST_F(Tool, KnowsATenantOfTheConfigurationThatReceivedNothingYet) {
  const tool::TemporaryFolder other;
  const auto file = other.path() + "/t.toml";
  std::ofstream(file) << "[log]\ndir = \"" << data() << "\"\n[[tenants]]\nid = \"new\"\n";
  EXPECT_EQ(run("log list --config " + file + " --tenant new").exit_code, 0);
  const auto refused = run("log list --config " + file + " --tenant old");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_TRUE(holds(refused.out, "acme, new")) << refused.out;
}

TEST_F(Tool, SaysWhatToDoWithoutThePepper) {
  const tool::TemporaryFolder to;
  const auto data = copy(to);
  std::filesystem::remove(data + "/keys/pepper");
  const auto result = run("audit opt-outs --all --data " + data);
  EXPECT_EQ(result.exit_code, 65) << result.out;
  EXPECT_TRUE(holds(result.out, "backup")) << result.out;
}

TEST_F(Tool, RefusesARangeThatEndsBeforeItBegins) {
  for (const auto* range :
       {"--from 3 --to 2", "--since 2026-02-01T00:00:00Z --until 2026-01-01T00:00:00Z"}) {
    const auto result = run(in_data(std::string("log list ") + range + ""));
    EXPECT_EQ(result.exit_code, 2) << range;
    EXPECT_TRUE(holds(result.out, "swap")) << result.out;
  }
}

TEST_F(Tool, TailEndsAfterTheCountThatWasAskedFor) {
  const auto result = run(in_data("log tail --from 1 --count 3"));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.lines().size(), 3U);
}

TEST_F(Tool, ExplainsAContactByEveryKey) {
  for (const auto& key : {sample::ana.value, sample::canary_phone, std::string("'(202) 555-0142'"),
                          sample::canary_email, "aloware:" + sample::aloware_id}) {
    const auto result = run(in_data("explain --format json --contact " + key));
    ASSERT_EQ(result.exit_code, 0) << result.out;
    EXPECT_EQ(result.json()["subject"]["id"], sample::ana.value);
  }
}

TEST_F(Tool, ExplainNeedsNoTables) {
  tool::TemporaryFolder to;
  const auto bare = copy(to);
  std::filesystem::remove_all(bare + "/tables");
  for (const auto& subject : {"--contact " + sample::canary_email, std::string("--webhook 2")}) {
    const auto result = run("explain --format json " + subject + " --data " + bare);
    ASSERT_EQ(result.exit_code, 0) << result.out;
    EXPECT_EQ(result.last_json()["targets"]["aloware"]["outcome"], "applied");
  }
}

TEST_F(Tool, ExplainGivesTheChainAndHowEachTargetStands) {
  const auto json = run(in_data("explain --format json --webhook 2")).json();
  std::vector<std::string> kinds;
  for (const auto& entry : json["chain"])
    kinds.push_back(entry["kind"]);
  EXPECT_EQ(kinds.front(), "input");
  EXPECT_EQ(json["targets"]["aloware"]["outcome"], "applied");
  EXPECT_EQ(json["targets"]["aloware"]["position"], at_.accepted.value);
  EXPECT_EQ(json["targets"]["verity"]["outcome"], "skipped");
  EXPECT_EQ(json["targets"]["verity"]["reason_code"], "target_has_no_contact_api");
  for (const auto& entry : json["chain"])
    for (const auto* name :
         {"position", "at", "kind", "type", "target", "outcome", "reason_code", "rule", "text",
          "next_step", "cause", "delivery", "remote_id", "http_status"})
      EXPECT_TRUE(entry.contains(name)) << name;
}

TEST_F(Tool, ExplainSpeaksPlainWords) {
  const auto text = run(in_data("explain --webhook 2")).out;
  for (const auto* part :
       {"A webhook from gohighlevel was received", "read as ContactCreate",
        "aloware shall create its record: first_name, phone, email.",
        "aloware answered 429: tried again not before", "The vendor asks to slow down.",
        "aloware answered 200: the values are there.", "skipped(target_has_no_contact_api)",
        "how it stands now"})
    EXPECT_TRUE(holds(text, part)) << part << "\n" << text;
  const auto broken = run(in_data("explain --webhook " + std::to_string(at_.broken.value))).out;
  EXPECT_TRUE(holds(broken, "quarantined(body_not_json)")) << broken;
}

TEST_F(Tool, ExplainCanBeLimitedToATargetAndADelivery) {
  const auto verity = run(in_data("explain --webhook 2 --target verity --format json")).json();
  EXPECT_EQ(verity["targets"].size(), 1U);
  const auto one =
      run(in_data("explain --format json --delivery " + sample::to_aloware.value)).json();
  EXPECT_EQ(one["subject"]["kind"], "delivery");
  EXPECT_EQ(one["targets"]["aloware"]["outcome"], "applied");
  EXPECT_FALSE(one["targets"].contains("verity") && one["targets"].size() > 2);
}

TEST_F(Tool, ExportsCloudEventsWithEveryMemberAndAnUnbrokenChain) {
  const auto result = run(in_data("log export --as cloudevents"));
  ASSERT_EQ(result.exit_code, 0);
  std::string previous;
  for (std::size_t i = 0; i < end_.value; ++i) {
    const auto event = result.json(i);
    ASSERT_TRUE(event.is_object());
    for (const auto* name :
         {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "position",
          "tenant", "stream", "streamversion", "cause", "correlation", "recordedat", "hash",
          "previoushash", "encoding", "data"})
      EXPECT_TRUE(event.contains(name)) << name;
    EXPECT_EQ(event["specversion"], "1.0");
    EXPECT_EQ(event["id"], "acme/" + std::to_string(i + 1));
    if (!previous.empty()) {
      EXPECT_EQ(event["previoushash"], previous);
    }
    previous = event["hash"];
  }
}

TEST_F(Tool, NeverShowsPersonalDataUnasked) {
  for (const auto& command :
       {std::string("log list --format json"), std::string("log list"), std::string("log show 5"),
        std::string("log show 2"), std::string("log export"), std::string("explain --webhook 2"),
        "explain --format json --contact " + sample::ana.value, std::string("digest"),
        std::string("log stats")}) {
    const auto result = run(in_data(command));
    EXPECT_EQ(result.exit_code, 0) << result.out;
    for (const auto& secret :
         {sample::canary_phone, sample::canary_phone.substr(1), sample::canary_email,
          std::string("canary.person"), sample::ghl_id, sample::aloware_id})
      EXPECT_FALSE(holds(result.out, secret)) << command << " shows " << secret;
  }
}

TEST_F(Tool, SaysWhenNotAllOfItsOutputCouldBeWritten) {
  EXPECT_EQ(run(in_data("log export > /dev/full")).exit_code, 74);
  EXPECT_EQ(run(in_data("verify > /dev/full")).exit_code, 74);
}

TEST_F(Tool, RefusesPositionsThatAreNone) {
  for (const auto* command : {"log list --from -1", "log list --limit 0", "digest --at -1",
                              "digest --at 0", "replay verify --to -5"})
    EXPECT_EQ(run(in_data(command)).exit_code, 2) << command;
}

TEST_F(Tool, ShowsPersonalDataOnlyWithAReason) {
  EXPECT_EQ(run(in_data("log show 5 --reveal")).exit_code, 2);
  EXPECT_EQ(run(in_data("log export --with-bodies")).exit_code, 2);
  EXPECT_EQ(run(in_data("log export --as raw")).exit_code, 2);
  const auto shown = run(in_data("log show 5 --reveal --reason audit"));
  EXPECT_TRUE(holds(shown.out, sample::canary_phone)) << shown.out;
  const auto bodies =
      run(in_data("log export --with-bodies --reveal --reason audit --from 2 --to 2"));
  EXPECT_EQ(bodies.json()["attachment_base64"],
            to_base64("{\"phone\":\"" + sample::canary_phone + "\"}"));
}

TEST_F(Tool, DigestFromTablesAndByFoldAreEqual) {
  const auto from_tables = run(in_data("digest --format json")).json();
  ASSERT_EQ(from_tables["position"], end_.value);
  // Without its tables a copy has to fold.
  tool::TemporaryFolder to;
  const auto bare = copy(to);
  std::filesystem::remove_all(bare + "/tables");
  const auto folded = run("digest --format json --data " + bare);
  EXPECT_EQ(folded.exit_code, 0) << folded.out;
  EXPECT_EQ(folded.last_json()["digests"], from_tables["digests"]);
  EXPECT_EQ(from_tables["digests"].size(), projections::all().size());
  const auto earlier = run(in_data("digest --format json --at 5")).json();
  EXPECT_NE(earlier["digests"]["contacts"], from_tables["digests"]["contacts"]);
  EXPECT_EQ(run(in_data("digest --at 999")).exit_code, 2);
}

TEST_F(Tool, RebuildGivesTheLiveTables) {
  tool::TemporaryFolder to;
  const auto dir = copy(to);
  const auto result = run("rebuild --format json --data " + dir);
  ASSERT_EQ(result.exit_code, 0) << result.out;
  const auto live = run(in_data("digest --format json")).json()["digests"];
  for (std::size_t i = 0; i < projections::all().size(); ++i) {
    const auto line = result.json(i);
    EXPECT_EQ(line["digest"], live[line["projection"].get<std::string>()]) << line;
    EXPECT_TRUE(line["same"]);
  }
  EXPECT_EQ(run("digest --format json --data " + dir).json()["digests"], live);
}

TEST_F(Tool, RebuildFindsAndRepairsATableThatIsNotWhatTheLogSays) {
  tool::TemporaryFolder to;
  const auto dir = copy(to);
  {
    const auto tables = storage::RocksTables::open(dir + "/tables", storage::Access::write);
    ASSERT_TRUE(tables.ok());
    ASSERT_TRUE((*tables)->apply("mappings", {{"stray", "{}"}}, end_).ok());
  }
  EXPECT_EQ(run("verify --tables --data " + dir).exit_code, 1);
  const auto result = run("rebuild mappings --format json --data " + dir);
  EXPECT_EQ(result.exit_code, 1) << result.out;
  EXPECT_FALSE(result.json(0)["same"]);
  EXPECT_EQ(run("verify --tables --data " + dir).exit_code, 0);
  EXPECT_EQ(run("rebuild nothing_like_it --data " + dir).exit_code, 2);
}

TEST_F(Tool, VerifyHoldsForAnIntactFolderAndNeedsNoKeys) {
  const auto result = run(in_data("verify --format json"));
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_EQ(result.last_json()["summary"]["holds"], true);
  EXPECT_EQ(result.last_json()["summary"]["events"], end_.value);
  EXPECT_TRUE(result.last_json()["summary"]["first_bad_position"].is_null());
}

TEST_F(Tool, VerifyRefusesADamagedFolder) {
  tool::TemporaryFolder to;
  const auto dir = copy(to);
  bool damaged = false;
  for (const auto& file : std::filesystem::directory_iterator(dir + "/log"))
    if (const auto kind = file.path().extension();
        (kind == ".log" || kind == ".sst") && file.file_size() > 2000) {
      std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekp(static_cast<std::streamoff>(file.file_size() / 3));
      bytes.write("\xff\x00\xff\x00\xff", 5);
      damaged = true;
    }
  ASSERT_TRUE(damaged);
  const auto result = run("verify --data " + dir);
  EXPECT_EQ(result.exit_code, 65) << result.out;
  EXPECT_EQ(run("log list --data " + dir).exit_code, 65);
}

TEST_F(Tool, VerifyNamesTheDamagedPositionOfALogThatDoesNotOpen) {
  tool::TemporaryFolder to;
  const auto dir = copy(to);
  storage::OpenOptions options;
  options.folder = dir;
  static const sample::StepClock clock;
  {
    const auto open = storage::open_log(options, &clock);
    ASSERT_TRUE(open.ok()) << open.error().text;
    const KeyedHasher hasher((*open)->pepper());
    sample::Writer writer((*open)->log(), hasher);
    std::string body;
    for (int i = 0; i < 2000; ++i) // many blocks, none of which compresses well
      sample::receive(writer, body = to_hex(sha256(body)));
  }
  ASSERT_TRUE(storage::open_log(options, &clock).ok()) << "now the events are in sorted tables";
  std::filesystem::path largest;
  for (const auto& file : std::filesystem::directory_iterator(dir + "/log"))
    if (file.path().extension() == ".sst"
        && (largest.empty() || file.file_size() > std::filesystem::file_size(largest)))
      largest = file.path();
  std::fstream bytes(largest, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(static_cast<std::streamoff>(std::filesystem::file_size(largest) * 3 / 4));
  bytes.write("\xff\x00\xff\x00\xff", 5);
  bytes.close();
  ASSERT_EQ(run("log list --data " + dir).exit_code, 65);
  const auto result = run("verify --format json --data " + dir);
  EXPECT_EQ(result.exit_code, 65) << result.out;
  const auto summary = result.json()["summary"];
  ASSERT_TRUE(summary["first_bad_position"].is_number()) << result.out;
  EXPECT_GT(summary["first_bad_position"], end_.value) << "so many events could be read";
  EXPECT_EQ(summary["first_bad_position"], summary["events"].get<std::uint64_t>() + 1);
  EXPECT_EQ(run("verify --data " + to.path()).exit_code, 2) << "no log is no damaged log";
  EXPECT_FALSE(holds(run("verify --data " + to.path()).out, "HOLD"));
}

TEST_F(Tool, ReplayVerifyThatProvesNothingDoesNotHold) {
  const auto result = run(in_data("replay verify --format json"));
  const auto summary = result.json(0)["summary"];
  EXPECT_EQ(summary["decisions"], 8) << result.out;
  for (const auto* name : {"recomputed", "older_rules", "not_recomputable", "differences",
                           "first_difference", "seconds"})
    EXPECT_TRUE(summary.contains(name)) << name;
}

TEST_F(Tool, AFilterOfAMisspeltNameSaysSo) {
  const auto type = run(in_data("log list --type contact.observd"));
  EXPECT_EQ(type.exit_code, 0) << "nothing matched, which is an answer";
  EXPECT_NE(type.out.find("warning: no event type"), std::string::npos) << type.out;
  EXPECT_EQ(run(in_data("log list --type contact.ob")).out.find("warning"), std::string::npos);
  const auto connector = run(in_data("log list --connector gohighlevl"));
  EXPECT_NE(connector.out.find("to 'gohighlevl'"), std::string::npos) << connector.out;
}

TEST_F(Tool, AMisspeltWordIsNamedWithTheNearestThatThereIs) {
  const auto said = [&](const std::string& typed, const std::string& answer) {
    const auto outcome = run(in_data(typed));
    EXPECT_EQ(outcome.exit_code, 2) << typed;
    EXPECT_NE(outcome.out.find(answer), std::string::npos) << outcome.out;
  };
  said("explain --contcat x", "explain has no option --contcat: did you mean --contact?");
  said("log list --limt=3", "list has no option --limt: did you mean --limit?");
  said("log lst", "there is no command \"lst\": did you mean list?");
  said("explian", "there is no command \"explian\": did you mean explain?");
  said("log list twice", "list does not take \"twice\"");
}

TEST_F(Tool, ExitCodesSayWhatWentWrong) {
  EXPECT_EQ(run("log list --data /nowhere/at/all").exit_code, 2);
  EXPECT_EQ(run("log list --config /nowhere.toml").exit_code, 2);
  EXPECT_EQ(run("explain --data " + data()).exit_code, 2);
  EXPECT_EQ(run("no-such-command").exit_code, 2);
  EXPECT_EQ(run("").exit_code, 2);
  EXPECT_EQ(run("--help").exit_code, 0);
  EXPECT_EQ(run(in_data("log list --format xml")).exit_code, 2);
  EXPECT_EQ(run(in_data("log list --since yesterday")).exit_code, 2);
  EXPECT_EQ(run(in_data("explain --contact +12025550199")).exit_code, 1);
  EXPECT_EQ(run(in_data("explain --contact nonsense")).exit_code, 2);
  EXPECT_EQ(run(in_data("explain --webhook 1")).exit_code, 2);
  EXPECT_EQ(run(in_data("explain --webhook 4000")).exit_code, 1);
  EXPECT_EQ(run(in_data("explain --delivery d0")).exit_code, 1);
  EXPECT_EQ(run(in_data("log show 4000")).exit_code, 1);
}

TEST_F(Tool, AnUnknownKeyIsNotRepeatedInTheError) {
  const auto result = run(in_data("explain --contact +12025550199"));
  EXPECT_FALSE(holds(result.out, "2025550199")) << result.out;
}

TEST_F(Tool, WorksThroughTheSocketWhileTheServiceHoldsTheFolder) {
  tool::TemporaryFolder to;
  const auto dir = copy(to);
  storage::OpenOptions options;
  options.folder = dir;
  static const sample::StepClock clock;
  const auto open = storage::open_log(options, &clock);
  ASSERT_TRUE(open.ok()) << open.error().text;
  const auto server = storage::LogServer::start(dir, (*open)->log(), (*open)->tables());
  ASSERT_TRUE(server.ok()) << server.error().text;
  for (const auto* command :
       {"explain --format json --webhook 2", "log export", "digest --format json",
        "log list --contact +12025550142 --format json", "verify"})
    EXPECT_EQ(run(std::string(command) + " --data " + dir).out, run(in_data(command)).out)
        << command;
  EXPECT_EQ(run("rebuild --data " + dir).exit_code, 69) << "its log is there, the service is not";
}

} // namespace
} // namespace tidemark::commands_test
