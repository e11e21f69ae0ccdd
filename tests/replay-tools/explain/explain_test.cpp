#include "storage/open_log.hpp"
#include "tests/projections/sample_log.hpp"
#include "tests/replay-tools/tool.hpp"

namespace tidemark::explain_test {
namespace {

using tool::run;

const std::string words = "Mr Quimby phoned";
const ContactId zeb{"cfedcba9876543210fedc"};
const ConnectorName verity{"verity"};

/// A stopped data folder without tables. At Aloware Ana's values are refused and then a call is
/// shown; GoHighLevel refuses her opt-out of texts and takes that of mails; at Verity a refused
/// opt-out is taken when it is told again. Zeb is part of Ana in between.
class Explain : public testing::Test {
protected:
  static void SetUpTestSuite() {
    folder_ = new tool::TemporaryFolder;
    storage::OpenOptions options;
    options.folder = folder_->path() + "/data";
    static const sample::StepClock clock;
    const auto open = storage::open_log(options, &clock);
    ASSERT_TRUE(open.ok()) << open.error().text;
    const KeyedHasher hasher((*open)->pepper());
    sample::Writer writer((*open)->log(), hasher);
    writer_ = &writer;
    const auto root = writer.input(events::admin_stream(), request());
    asked_ = root;
    values(root);
    call(root);
    told(root, "d3", sample::ghl, events::Channel::sms, false);
    told(root, "d4", sample::ghl, events::Channel::email, true);
    told(root, "d5", verity, events::Channel::sms, false);
    told(root, "d6", verity, events::Channel::sms, true);
    forward(root);
    refusal(root);
    merge(root);
    pause();
    unread();
    writer_ = nullptr;
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static events::ConsentRequested request() {
    events::ConsentRequested asked;
    asked.reason = words;
    asked.by = "operator";
    return asked;
  }
  static Position about(const ContactId& contact, Position root, events::Event event) {
    return writer_->decide(
        root, index_++, events::Decider::contact, root,
        {{events::contact_stream(contact), std::move(event), {events::contact_tag(contact)}, {}}});
  }
  static Position delivery(const ConnectorName& target, Position root, events::Event event) {
    return writer_->decide(root, index_++, events::Decider::delivery, root,
                           {{events::delivery_stream(target, sample::ana),
                             std::move(event),
                             {events::contact_tag(sample::ana)},
                             {}}});
  }
  static events::AnswerFacts facts(const std::string& id, std::uint32_t status) {
    events::AnswerFacts out;
    out.delivery = DeliveryId(id);
    out.answer.http_status = status;
    return out;
  }
  static void values(Position root) {
    events::DeliveryIntended intended;
    intended.delivery = DeliveryId("d1");
    intended.contact = sample::ana;
    intended.target = sample::aloware;
    about(sample::ana, root, intended);
    events::DeliveryRejected refused{facts("d1", 422)};
    refused.facts.reason_code = Reason::bad_request;
    refused_ = delivery(sample::aloware, root, refused);
  }
  static void act(Position root, const events::ActionIntended& intended, bool taken) {
    about(sample::ana, root, intended);
    if (!taken) {
      delivery(intended.target, root,
               events::DeliveryRejected{facts(intended.delivery.value, 422)});
      return;
    }
    events::ActionAccepted done;
    done.facts = facts(intended.delivery.value, 200);
    done.target = intended.target;
    delivery(intended.target, root, done);
  }
  static void call(Position root) {
    events::CallObserved observed;
    observed.call.source = verity;
    observed.targets = {
        {sample::aloware, events::Outcome::pending, Reason::none, DeliveryId("d2")}};
    about(sample::ana, root, observed);
    events::ActionIntended intended;
    intended.delivery = DeliveryId("d2");
    intended.target = sample::aloware;
    intended.action = events::Action::log_call;
    act(root, intended, true);
  }
  static void told(Position root, const std::string& id, const ConnectorName& target,
                   events::Channel channel, bool taken) {
    events::ActionIntended intended;
    intended.delivery = DeliveryId(id);
    intended.target = target;
    intended.action = events::Action::opt_out;
    intended.channels = {channel};
    act(root, intended, taken);
  }
  /// A body goes on to Verity, which takes it.
  static void forward(Position root) {
    events::DeliveryIntended intended;
    intended.delivery = DeliveryId("d8");
    intended.contact = sample::ana;
    intended.target = verity;
    intended.forward = root;
    about(sample::ana, root, intended);
    events::DeliveryAccepted received;
    received.facts = facts("d8", 200);
    received.facts.reason_code = Reason::accepted;
    received.target = verity;
    delivery(verity, root, received);
  }
  /// Verity's carrier refuses Ana's number.
  static void refusal(Position root) {
    events::ConsentChanged change;
    change.channels = {events::Channel::sms};
    change.evidence = events::Evidence::vendor_refusal;
    change.source = verity;
    change.by = "person";
    about(sample::ana, root, change);
  }
  static void merge(Position root) {
    given_ = about(zeb, root, events::RecordsReleased{sample::ana, true, {}, {}, {}, {}});
    taken_ = about(sample::ana, root, events::RecordsAdopted{zeb, false, {}, {}, {}, {}, {}, {}});
  }
  static void pause() {
    events::ConnectorPaused paused;
    paused.connector = verity;
    paused.reason = words;
    writer_->input(events::connector_stream(verity), paused);
    events::ActionIntended waits;
    waits.delivery = DeliveryId("d7");
    waits.target = verity;
    waits.action = events::Action::log_call;
    about(sample::ana, asked_, waits);
  }
  static void unread() {
    events::WebhookReceived received;
    received.connector = sample::ghl;
    unread_ = writer_->input(events::webhook_stream(sample::ghl), received, "no JSON");
    events::WebhookInterpreted interpreted;
    interpreted.webhook = unread_;
    interpreted.connector = sample::ghl;
    interpreted.skipped = {{events::Outcome::quarantined, Reason::body_not_json, "It is no JSON."}};
    writer_->decide(unread_, 0, events::Decider::interpreter, unread_,
                    {{events::identity_stream(), interpreted, {}, {}}});
  }
  static tool::Outcome explain(const std::string& arguments) {
    return run("explain --data " + folder_->path() + "/data " + arguments);
  }
  static nlohmann::json target(const std::string& name) {
    return explain("--format json --contact " + sample::ana.value).json()["targets"][name];
  }

  static inline tool::TemporaryFolder* folder_ = nullptr;
  static inline sample::Writer* writer_ = nullptr;
  static inline std::uint32_t index_ = 0;
  static inline Position asked_, refused_, given_, taken_, unread_;
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(Explain, ACallThatWasShownDoesNotHideValuesThatWereRefused) {
  auto stands = target("aloware");
  EXPECT_EQ(stands["outcome"], "dead") << stands;
  EXPECT_EQ(stands["position"], refused_.value);
  EXPECT_EQ(stands["lines"]["values"]["outcome"], "dead");
  EXPECT_EQ(stands["lines"]["activity"]["outcome"], "applied");
  const auto text = explain("--contact " + sample::ana.value).out;
  EXPECT_TRUE(holds(text, "aloware         activity   applied")) << text;
  EXPECT_TRUE(holds(text, "aloware         values     dead")) << text;
}

TEST_F(Explain, AnOptOutOfMailsDoesNotHideThatThatOfTextsWasRefused) {
  EXPECT_EQ(target("gohighlevel")["lines"]["consent"]["outcome"], "dead");
  EXPECT_EQ(target("verity")["lines"]["consent"]["outcome"], "applied") << "it was told again";
}

TEST_F(Explain, SaysWhereTheStoryOfAMergedContactIsTold) {
  const auto whole = explain("--format json --contact " + sample::ana.value).json();
  EXPECT_TRUE(whole["part_of"].is_null());
  ASSERT_EQ(whole["elsewhere"].size(), 1U) << whole;
  EXPECT_EQ(whole["elsewhere"][0]["contact"], zeb.value);
  EXPECT_EQ(whole["elsewhere"][0]["until"], taken_.value);
  const auto part = explain("--format json --contact " + zeb.value).json();
  EXPECT_EQ(part["part_of"]["contact"], sample::ana.value) << part;
  EXPECT_EQ(part["part_of"]["position"], given_.value);
  EXPECT_TRUE(part["targets"].empty()) << "the other contact says how it stands";
  const auto text = explain("--contact " + zeb.value).out;
  EXPECT_TRUE(holds(text, "it is part of the contact " + sample::ana.value)) << text;
  EXPECT_FALSE(holds(text, "\nhow it stands now")) << text;
}

TEST_F(Explain, AdvisesWhatCanBeCopiedAndRun) {
  const auto step = "tidemark log show " + std::to_string(refused_.value) + ".";
  const auto text = explain("--contact " + sample::ana.value).out;
  EXPECT_TRUE(holds(text, step)) << text;
  EXPECT_FALSE(holds(text, "POSITION")) << text;
  // A body that could not be read stands at the webhook, not where that was decided.
  const auto held = explain("--webhook " + std::to_string(unread_.value)).out;
  EXPECT_TRUE(holds(held, "tidemark log show " + std::to_string(unread_.value) + " --with-bodies"))
      << held;
}

TEST_F(Explain, RefusesATargetThatNobodyKnows) {
  EXPECT_EQ(explain("--contact " + sample::ana.value + " --target aloware").exit_code, 0);
  const auto misspelt = explain("--contact " + sample::ana.value + " --target alowere");
  EXPECT_EQ(misspelt.exit_code, 2) << misspelt.out;
  EXPECT_TRUE(holds(misspelt.out, "alowere")) << misspelt.out;
}

TEST_F(Explain, NamesTheDeliveryWhereItIsDecided) {
  const auto text = explain("--contact " + sample::ana.value).out;
  EXPECT_TRUE(holds(text, "aloware shall log call. Delivery d2.")) << text;
}

TEST_F(Explain, SaysNoMoreOfAForwardedBodyThanItsReceiptProves) {
  const auto text = explain("--contact " + sample::ana.value).out;
  EXPECT_TRUE(holds(text, "shall go on to verity. Delivery d8.")) << text;
  EXPECT_TRUE(holds(text, "verity answered 200: it received the webhook. What it made of it, it "
                          "does not tell."))
      << text;
  EXPECT_FALSE(holds(text, "the values are there")) << text;
  EXPECT_FALSE(holds(text, "The vendor took it")) << text;
}

TEST_F(Explain, DoesNotCallAVendorsRefusalThePersonsWord) {
  const auto text = explain("--contact " + sample::ana.value).out;
  EXPECT_TRUE(holds(text, "verity refuses to reach the person, which counts as an opt-out: sms."))
      << text;
}

TEST_F(Explain, ShowsWhatAPersonWroteAsTheReasonOnlyWithAReason) {
  const auto data = " --data " + folder_->path() + "/data";
  const std::string reveal = " --reveal --reason audit";
  for (const auto& command : {"log list --format json" + data, "log export" + data,
                              "explain --webhook " + std::to_string(asked_.value) + data,
                              "explain --contact " + sample::ana.value + data,
                              "explain --format json --contact " + sample::ana.value + data}) {
    EXPECT_FALSE(holds(run(command).out, words)) << command;
    EXPECT_TRUE(holds(run(command + reveal).out, words)) << command;
  }
  const auto held = run("explain --format json --contact " + sample::ana.value + data)
                        .json()["targets"]["verity"]["held_back"];
  ASSERT_EQ(held.size(), 1U);
  EXPECT_FALSE(holds(held[0]["text"], words));
}

} // namespace
} // namespace tidemark::explain_test
