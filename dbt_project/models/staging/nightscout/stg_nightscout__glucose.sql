with glucose as (
    select * from {{ source('nightscout', 'glucose') }}
),

renamed as (
    select
        id as reading_id,

        direction as trend,
        device as device_name,

        sgv as glucose_mg_dl,

        measured_at
    from glucose
)

select * from renamed
