//! Headers as customs vendors and offices of many countries write them, by hand: each column's field, `-` for none.

use records::ColumnOverrides;

use crate::common::read_with;

#[track_caller]
fn check(name: &str, columns: &[(&str, &str)]) {
    let header: Vec<&str> = columns.iter().map(|(heading, _)| *heading).collect();
    let row = vec!["x"; columns.len()];
    let text = format!("{}\n{}\n", header.join("\t"), row.join("\t"));
    let got = read_with(text.as_bytes(), &ColumnOverrides::default());
    let layout = &got.layouts[0];
    for (heading, expected) in columns {
        let found = layout
            .mappings
            .iter()
            .find(|mapping| mapping.column == *heading)
            .map_or("-", |mapping| mapping.field.as_str());
        assert_eq!(found, *expected, "{name}: {heading}");
    }
}

#[test]
fn manifests_and_english_declarations() {
    check(
        "manifest",
        &[
            ("Bill of Lading Number", "bill_no"),
            ("Arrival Date", "date"),
            ("Consignee", "consignee_name"),
            ("Consignee Full Address", "consignee_address"),
            ("Consignee Country", "consignee_country"),
            ("Consignee City", "-"),
            ("Shipper", "consignor_name"),
            ("Shipper Address", "consignor_address"),
            ("Notify Party", "notify_party_name"),
            ("Goods Shipped", "goods_text"),
            ("Weight (kg)", "gross_kg"),
            ("Volume (TEU)", "-"),
            ("Quantity", "quantity"),
            ("Value of Goods (US$)", "value_usd"),
            ("Carrier", "-"),
            ("Vessel", "vessel_name"),
            ("Vessel IMO", "vessel_id"),
            ("Port of Lading", "-"),
            ("Consignee Phone 1", "-"),
        ],
    );
    check(
        "declaration",
        &[
            ("Declaration No.", "declaration_no"),
            ("Amendment No.", "version"),
            ("Item No", "item_no"),
            ("Foreign Supplier Name", "consignor_name"),
            ("Foreign Supplier Country Code", "consignor_country"),
            ("Importer TIN", "consignee_id"),
            ("ImporterLegalName", "consignee_name"),
            ("Final Consignee", "consignee_name"),
            ("Customs Broker", "intermediary_name"),
            ("Country of Last Shipment", "-"),
            ("Nature of Goods", "goods_text"),
            ("Harmonised Code (8 digit)", "hs_code"),
            ("Total Net Weight (Kgs)", "net_kg"),
            ("Gross Mass in MT", "gross_kg"),
            ("Supplementary Units", "-"),
            ("Invoice Amount in USD", "value_usd"),
            ("Statistical Value (EUR)", "value"),
            ("Unit Price USD", "-"),
            ("Payment Date", "-"),
            ("Freight USD", "-"),
        ],
    );
}

#[test]
fn russian_and_ukrainian() {
    check(
        "Russia",
        &[
            ("Регистрационный № ДТ", "declaration_no"),
            ("Номер товара", "item_no"),
            ("Дата регистрации ДТ", "date"),
            ("Наименование грузоотправителя", "consignor_name"),
            ("Адрес грузоотправителя", "consignor_address"),
            ("Полное наименование получателя", "consignee_name"),
            ("ИНН получателя", "consignee_id"),
            ("Страна отправления", "dispatch"),
            ("Код страны происхождения", "origin"),
            ("Страна назначения", "destination"),
            ("Описание и характеристика товара", "goods_text"),
            ("Код товара по ТН ВЭД ЕАЭС", "hs_code"),
            ("Фирма-изготовитель", "manufacturer_name"),
            ("Товарный знак", "brand"),
            ("Вес нетто (кг)", "net_kg"),
            ("Масса брутто, кг", "gross_kg"),
            ("Количество", "quantity"),
            ("Единица измерения", "unit"),
            ("Фактурная стоимость, руб.", "value"),
            ("Статистическая стоимость, долл. США", "value_usd"),
            ("Валюта контракта", "currency"),
            ("Сумма в валюте контракта", "value"),
            ("Телефон получателя", "-"),
            ("Ставка пошлины", "-"),
        ],
    );
    check(
        "Ukraine",
        &[
            ("Номер МД", "declaration_no"),
            ("Дата оформлення", "date"),
            ("Відправник", "consignor_name"),
            ("ЄДРПОУ", "-"),
            ("Одержувач", "consignee_name"),
            ("Код товару", "hs_code"),
            ("Опис товару", "goods_text"),
            ("Кр.відпр.", "dispatch"),
            ("Кр.пох.", "origin"),
            ("К-ть", "quantity"),
            ("Один.вим.", "unit"),
            ("Брутто, кг.", "gross_kg"),
            ("Нетто, кг.", "net_kg"),
            ("Торг.марк.", "brand"),
            ("Виробник", "manufacturer_name"),
        ],
    );
}

#[test]
fn spanish_portuguese_french_italian() {
    check(
        "Spanish",
        &[
            ("Número de pedimento", "declaration_no"),
            ("Fecha de numeración", "date"),
            ("Razón Social del Importador", "consignee_name"),
            ("RUC importador", "consignee_id"),
            ("Dirección del proveedor", "consignor_address"),
            ("Proveedor", "consignor_name"),
            ("País de procedencia", "dispatch"),
            ("País origen", "origin"),
            ("Fracción arancelaria", "hs_code"),
            ("Descripción comercial de la mercancía", "goods_text"),
            ("Marca", "brand"),
            ("Kilos netos", "net_kg"),
            ("Kg Bruto", "gross_kg"),
            ("Cantidad comercial", "quantity"),
            ("Unidad de medida", "unit"),
            ("U$S FOB", "value_usd"),
            ("Valor aduana", "value"),
            ("Puerto de embarque", "-"),
        ],
    );
    check(
        "Portuguese",
        &[
            ("Nome do Importador", "consignee_name"),
            ("CNPJ do importador", "consignee_id"),
            ("Exportador", "consignor_name"),
            ("País de Aquisição", "consignor_country"),
            ("País de origem", "origin"),
            ("Código NCM", "hs_code"),
            ("Descrição da mercadoria", "goods_text"),
            ("Fabricante", "manufacturer_name"),
            ("Peso líquido (kg)", "net_kg"),
            ("Peso bruto (kg)", "gross_kg"),
            ("Valor FOB (US$)", "value_usd"),
            ("Data do desembaraço", "date"),
        ],
    );
    check(
        "French",
        &[
            ("Nom de l'expéditeur", "consignor_name"),
            ("Exportateur", "consignor_name"),
            ("Adresse du destinataire", "consignee_address"),
            ("Nom du destinataire", "consignee_name"),
            ("Désignation des marchandises", "goods_text"),
            ("Nomenclature tarifaire", "hs_code"),
            ("Pays de provenance", "dispatch"),
            ("Pays d'origine", "origin"),
            ("Poids net (kg)", "net_kg"),
            ("Masse brute", "gross_kg"),
            ("Valeur facture EUR", "value"),
            ("Date d'enregistrement", "date"),
            ("Quantité", "quantity"),
        ],
    );
    check(
        "Italian",
        &[
            ("Mittente", "consignor_name"),
            ("Indirizzo del destinatario", "consignee_address"),
            ("Destinatario", "consignee_name"),
            ("Descrizione della merce", "goods_text"),
            ("Codice doganale", "hs_code"),
            ("Paese di origine", "origin"),
            ("Peso netto kg", "net_kg"),
            ("Peso lordo kg", "gross_kg"),
            ("Data di accettazione", "date"),
            ("Valore statistico EUR", "value"),
        ],
    );
}

#[test]
fn german_polish_turkish() {
    check(
        "German",
        &[
            ("Versendername", "consignor_name"),
            ("Anschrift des Versenders", "consignor_address"),
            ("Empfänger", "consignee_name"),
            ("Empfängerland", "consignee_country"),
            ("Warenbeschreibung", "goods_text"),
            ("Zolltarifnummer", "hs_code"),
            ("Ursprungsland", "origin"),
            ("Bestimmungsland", "destination"),
            ("Versendungsland", "dispatch"),
            ("Nettogewicht (kg)", "net_kg"),
            ("Rohmasse in kg", "gross_kg"),
            ("Datum der Annahme", "date"),
            ("Rechnungsbetrag EUR", "value"),
            ("Währung", "currency"),
        ],
    );
    check(
        "Polish",
        &[
            ("Nadawca", "consignor_name"),
            ("Adres nadawcy", "consignor_address"),
            ("Nazwa odbiorcy", "consignee_name"),
            ("Opis towaru", "goods_text"),
            ("Kod taryfy celnej", "hs_code"),
            ("Kraj pochodzenia", "origin"),
            ("Kraj przeznaczenia", "destination"),
            ("Masa netto (kg)", "net_kg"),
            ("Masa brutto (kg)", "gross_kg"),
            ("Data przyjęcia zgłoszenia", "date"),
            ("Wartość statystyczna PLN", "value"),
        ],
    );
    check(
        "Turkish",
        &[
            ("Beyanname No", "declaration_no"),
            ("Tescil Tarihi", "date"),
            ("Gönderici Ünvanı", "consignor_name"),
            ("Alıcı Adı", "consignee_name"),
            ("Alıcı Vergi No", "consignee_id"),
            ("Alıcı Ülke", "consignee_country"),
            ("GTİP Kodu", "hs_code"),
            ("Eşya Tanımı", "goods_text"),
            ("Menşe Ülkesi", "origin"),
            ("Çıkış Ülkesi", "dispatch"),
            ("Net Ağırlık (KG)", "net_kg"),
            ("Brüt Ağırlık (KG)", "gross_kg"),
            ("İstatistiki Kıymet (USD)", "value_usd"),
            ("Miktar", "quantity"),
            ("Ölçü Birimi", "unit"),
        ],
    );
}

#[test]
fn chinese_korean_japanese() {
    check(
        "Chinese",
        &[
            ("报关单号", "declaration_no"),
            ("申报日期", "date"),
            ("境内发货人", "consignor_name"),
            ("境外收货人名称", "consignee_name"),
            ("收货人地址", "consignee_address"),
            ("采购商", "consignee_name"),
            ("商品编码", "hs_code"),
            ("产品描述", "goods_text"),
            ("原产国（地区）", "origin"),
            ("最终目的国", "destination"),
            ("净重（千克）", "net_kg"),
            ("毛重(KG)", "gross_kg"),
            ("成交数量", "quantity"),
            ("成交单位", "unit"),
            ("美元总价", "value_usd"),
            ("币制", "currency"),
            ("目的港", "-"),
        ],
    );
    check(
        "Taiwan",
        &[
            ("出口人名稱", "consignor_name"),
            ("買方", "consignee_name"),
            ("貨品名稱", "goods_text"),
            ("稅則號別", "hs_code"),
            ("淨重(公斤)", "net_kg"),
            ("目的國家", "destination"),
        ],
    );
    check(
        "Korean",
        &[
            ("신고번호", "declaration_no"),
            ("신고일자", "date"),
            ("수출자 상호", "consignor_name"),
            ("수입자 주소", "consignee_address"),
            ("수입업체명", "consignee_name"),
            ("제조자", "manufacturer_name"),
            ("거래품명", "goods_text"),
            ("세번부호", "hs_code"),
            ("원산지 국가", "origin"),
            ("HS코드", "hs_code"),
            ("적출국", "dispatch"),
            ("선적일", "date"),
            ("목적국", "destination"),
            ("순중량(kg)", "net_kg"),
            ("총중량(kg)", "gross_kg"),
            ("신고금액(USD)", "value_usd"),
            ("수량", "quantity"),
            ("수량단위", "unit"),
        ],
    );
    check(
        "Japanese",
        &[
            ("申告番号", "declaration_no"),
            ("申告年月日", "date"),
            ("輸出者名", "consignor_name"),
            ("輸出者住所", "consignor_address"),
            ("荷受人", "consignee_name"),
            ("品名", "goods_text"),
            ("ＨＳコード", "hs_code"),
            ("原産国", "origin"),
            ("仕向国", "destination"),
            ("正味重量（ｋｇ）", "net_kg"),
            ("総重量（ｋｇ）", "gross_kg"),
            ("数量", "quantity"),
            ("単位", "unit"),
            ("価格（米ドル）", "value_usd"),
            ("通貨", "currency"),
        ],
    );
}

#[test]
fn arabic_persian_vietnamese_indonesian() {
    check(
        "Arabic",
        &[
            ("رقم البيان", "declaration_no"),
            ("تاريخ البيان", "date"),
            ("اسم المصدر", "consignor_name"),
            ("عنوان المصدر", "consignor_address"),
            ("اسم المستورد", "consignee_name"),
            ("وصف البضاعة", "goods_text"),
            ("البند الجمركي", "hs_code"),
            ("بلد المنشأ", "origin"),
            ("بلد المقصد", "destination"),
            ("الوزن الصافي (كغ)", "net_kg"),
            ("الوزن القائم", "gross_kg"),
            ("القيمة بالدولار", "value_usd"),
            ("الكمية", "quantity"),
            ("الوحدة", "unit"),
            ("العملة", "currency"),
        ],
    );
    check(
        "Vietnamese",
        &[
            ("Số tờ khai", "declaration_no"),
            ("Ngày đăng ký", "date"),
            ("Tên nhà nhập khẩu", "consignee_name"),
            ("Tên nhà xuất khẩu", "consignor_name"),
            ("Mã HS", "hs_code"),
            ("Mô tả hàng hóa", "goods_text"),
            ("Nước xuất xứ", "origin"),
            ("Số lượng", "quantity"),
            ("Đơn vị tính", "unit"),
            ("Trọng lượng tịnh (kg)", "net_kg"),
            ("Trị giá (USD)", "value_usd"),
        ],
    );
    check(
        "Indonesian",
        &[
            ("Nama Importir", "consignee_name"),
            ("Alamat Importir", "consignee_address"),
            ("Pemasok", "consignor_name"),
            ("Uraian Barang", "goods_text"),
            ("Negara Asal", "origin"),
            ("Berat Bersih (kg)", "net_kg"),
            ("Nilai CIF (USD)", "value_usd"),
            ("Tanggal PIB", "date"),
        ],
    );
}

/// What is no field must not become one because it shares a word with one.
#[test]
fn headings_of_other_things_stay_unread() {
    for heading in [
        "Customer satisfaction",
        "Shipping line",
        "Product category",
        "Supplier rating",
        "Importer type",
        "Net profit",
        "Gross margin",
        "Country risk",
        "Origin port",
        "Date of birth",
        "Expiry date",
        "Weight category",
        "Value added tax amount",
        "Exchange rate USD",
        "Number of containers",
        "Consignee e-mail",
        "Marital status",
        "Node",
        "Title",
    ] {
        check(
            "other",
            &[
                ("Consignee", "consignee_name"),
                ("Goods description", "goods_text"),
                ("Origin", "origin"),
                (heading, "-"),
            ],
        );
    }
}

#[test]
fn bare_columns_belong_to_the_party_before_them() {
    check(
        "addresses",
        &[
            ("Exporter", "consignor_name"),
            ("Address", "consignor_address"),
            ("City", "-"),
            ("Consignee", "consignee_name"),
            ("Адрес", "consignee_address"),
            ("Goods", "goods_text"),
        ],
    );
    let got = crate::common::read(
        "Отправитель;ИНН;Адрес;Получатель;ИНН;Адрес;Товар\n\
        ООО ПЕРВЫЙ;7701000001;Москва;ООО ВТОРОЙ;7702000002;Тула;плитка\n"
            .as_bytes(),
    );
    let parties: Vec<_> = got.shipments[0]
        .parties
        .iter()
        .map(|party| (party.identifier.as_deref(), party.address.as_deref()))
        .collect();
    assert_eq!(
        parties,
        [
            (Some("7701000001"), Some("Москва")),
            (Some("7702000002"), Some("Тула"))
        ]
    );
}

#[test]
fn states_as_parties_are_ends_of_the_lane() {
    let mut text = String::from("Recipient,Supplier,Weapon description,Year(s) of delivery\n");
    for (recipient, supplier) in [
        ("Angola", "Russia"),
        ("India", "France"),
        ("Chile", "Germany"),
        ("Qatar", "United States"),
        ("Egypt", "Italy"),
    ] {
        text.push_str(&format!("{recipient},{supplier},tank,2017; 2018\n"));
    }
    let got = crate::common::read(text.as_bytes());
    let first = &got.shipments[0];
    assert_eq!(
        (first.dispatch.as_deref(), first.destination.as_deref()),
        (Some("RU"), Some("AO"))
    );
    assert!(first.parties.is_empty());
    assert_eq!(
        first.date.map(|date| date.to_string()).as_deref(),
        Some("2017")
    );
}

#[test]
fn headings_place_the_partner_country() {
    let ends = |text: &str| {
        let got = crate::common::read(text.as_bytes());
        let first = got.shipments[0].clone();
        (first.dispatch, first.destination)
    };
    assert_eq!(
        ends("EXP_DATE,EXPORTER_NAME,BUYER_NAME,COUNTRY,GOODS\n2023-01-02,A,B,TR,x\n"),
        (None, Some("TR".to_string()))
    );
    assert_eq!(
        ends("IMP_DATE,IMPORTER_NAME,SUPPLIER_NAME,COUNTRY,GOODS\n2023-01-02,A,B,TR,x\n"),
        (Some("TR".to_string()), None)
    );
    assert_eq!(
        ends("Date,Shipper,Consignee,COUNTRY,GOODS\n2023-01-02,A,B,TR,x\n"),
        (None, None)
    );
}
